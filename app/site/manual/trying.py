"""Calling an endpoint from its page as who is signed in: the same request on the same way in, in this process."""

import json
from collections.abc import Mapping
from contextvars import Context
from dataclasses import dataclass
from io import BytesIO
from typing import Any, NamedTuple
from urllib.parse import quote

from flask import current_app, request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import Client, TestResponse

from app.site.manual.fields import FieldView
from app.site.manual.reference import FILES, EndpointView

SHOWN = ("Content-Type", "RateLimit", "RateLimit-Policy", "Retry-After", "Preference-Applied", "Location", "Allow")
LONGEST = 20_000  # characters of an answer on the page
SHORT = 200  # characters of a text within it
NOTHING: Mapping[str, str] = {}


class Sent(NamedTuple):
    """What the form of an endpoint asks for."""

    path: str
    query: dict[str, str]
    body: Any = None
    form: MultiDict[str, Any] | None = None


@dataclass(frozen=True)
class Tried:
    method: str
    path: str
    status: str
    headers: list[tuple[str, str]]
    body: str
    pictures: list[str]


def sent(endpoint: EndpointView) -> Sent:
    """The request that the form describes. What is empty was left out."""
    operation, given = endpoint.operation, {name: value for name, value in request.form.items() if value != ""}
    path, query = operation.path, {}
    for field in endpoint.fields:
        if field.place == "path":
            path = path.replace("{" + field.name + "}", quote(given.get(field.name, "-"), safe=""))
        elif field.place == "query" and field.name in given:
            query[field.name] = given[field.name]
    body = [field for field in endpoint.fields if field.place == "body"]
    if endpoint.media == FILES:
        return Sent(path, query, form=_form(body, given))
    values = {field.name: _value(field, given[field.name]) for field in body if field.name in given}
    return Sent(path, query, body=values if endpoint.media else None)


def perform(endpoint: EndpointView, wanted: Sent) -> Tried:
    """Make the call with the cookie of this request, in a context of its own. It counts, and costs, as any other."""
    method = endpoint.operation.method
    answer = Context().run(_call, current_app.wsgi_app, method, wanted, _environment(), request.host_url)
    try:
        return _shown(method, wanted, answer)
    finally:
        answer.close()


def _call(app: Any, method: str, wanted: Sent, environment: dict[str, str], site: str) -> TestResponse:
    client = Client(app, use_cookies=False)
    body = {"json": wanted.body} if wanted.body is not None else {"data": wanted.form} if wanted.form else {}
    return client.open(
        wanted.path,
        method=method,
        base_url=site,
        query_string=wanted.query,
        environ_overrides=environment,
        buffered=True,
        **body,
    )


def _environment() -> dict[str, str]:
    return {
        "REMOTE_ADDR": request.remote_addr or "",
        "HTTP_COOKIE": request.headers.get("Cookie", ""),
        "HTTP_USER_AGENT": request.user_agent.string,
    }


def _form(fields: list[FieldView], given: dict[str, str]) -> MultiDict[str, Any]:
    form: MultiDict[str, Any] = MultiDict()
    for field in fields:
        file = request.files.get(field.name)
        if field.widget == "file" and file and file.filename:
            form.add(field.name, FileStorage(BytesIO(file.read()), file.filename, content_type=file.mimetype))
        elif field.name in given:
            form.add(field.name, given[field.name])
    return form


def _value(field: FieldView, given: str) -> Any:
    """As JSON has it; what cannot be read as such goes as it is, for the API to say what is wrong."""
    if field.widget in ("number", "truth", "json"):
        try:
            return json.loads(given)
        except ValueError:
            return given
    return given


def _shown(method: str, wanted: Sent, answer: TestResponse) -> Tried:
    body = answer.get_json(silent=True)
    return Tried(
        method=method,
        path=answer.request.full_path.rstrip("?") if answer.request else wanted.path,
        status=answer.status,
        headers=[(name, answer.headers[name]) for name in SHOWN if name in answer.headers],
        body=(answer.get_data(as_text=True) if body is None else _pretty(body))[:LONGEST],
        pictures=_pictures(body),
    )


def _pretty(body: Any) -> str:
    return json.dumps(_shortened(body), indent=2, ensure_ascii=False)


def _shortened(value: Any) -> Any:
    """Pictures in base64 are long."""
    if isinstance(value, dict):
        return {name: _shortened(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_shortened(part) for part in value]
    if isinstance(value, str) and len(value) > SHORT * 10:
        return f"{value[:SHORT]}… ({len(value):,} characters)"
    return value


def _pictures(body: Any) -> list[str]:
    """Addresses of the small pictures to show, of a finished job."""
    found = body.get("images", []) if isinstance(body, dict) else []
    return [one.replace("?raw=1", "?thumb=1") for one in found if isinstance(one, str) and one.endswith("?raw=1")]
