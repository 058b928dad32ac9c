"""What an endpoint of the API says of itself: its OpenAPI entry, its page in the manual and its rule for keys follow.

@blueprint.post("/api/generate")
@described("Start a picture", section="pictures", scope="generate", answers={200: Started}, body=GenerateParams)
def create_json(): ...
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import UnionType
from typing import TypeVar

from flask import current_app, request
from pydantic import BaseModel

from app.toolkit import FileField

View = TypeVar("View", bound=Callable[..., object])
Media = str
"""A media type, of an answer that is no JSON."""
Answer = type[BaseModel] | UnionType | Media
"""What comes back with a status: a model, one of several (`Started | Quote`), or a file."""


@dataclass(frozen=True)
class Endpoint:
    """`scope` is what an API key needs: a name of `SCOPES`, WORK, ANY for every key, None where no key
    will do.

    `answers` are the successes by status; `errors` the codes of `refusals.STATUS` that are this endpoint's own, beside
    those that every endpoint may answer. `body` is the JSON or, with `files` or `form`, the fields of a form; `waits`
    says that the request may choose by `Prefer` how long to wait for a result.
    """

    summary: str
    section: str
    scope: str | None
    answers: Mapping[int, Answer]
    body: type[BaseModel] | None = None
    beside: type[BaseModel] | None = None  # further fields of the body, which every tool takes
    query: type[BaseModel] | None = None
    files: tuple[FileField, ...] = ()
    form: bool = False
    errors: tuple[str, ...] = ()
    open_to_all: bool = False  # without an account, too
    waits: bool = False
    streams: bool = False  # answers with server-sent events, too, when asked to
    help: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)  # of the answer, with what they say


def described(
    summary: str,
    *,
    section: str,
    scope: str | None,
    answers: Mapping[int, Answer],
    **more: object,
) -> Callable[[View], View]:
    """Attach a description to a view. `more` are the other fields of Endpoint."""
    endpoint = Endpoint(summary, section, scope, answers, **more)  # type: ignore[arg-type]

    def attach(view: View) -> View:
        return describe(view, endpoint)

    return attach


def describe(view: View, endpoint: Endpoint) -> View:
    view.endpoint = endpoint  # type: ignore[attr-defined]
    return view


def description_of(name: str | None) -> Endpoint | None:
    """Of a view by its endpoint's name in Flask; None for one that says nothing of itself, as pages do."""
    return getattr(current_app.view_functions.get(name or ""), "endpoint", None)


def scope_needed() -> str | None:
    """What a key needs for this request. Whatever is not described can be read, and only read."""
    found = description_of(request.endpoint)
    if found is not None:
        return found.scope
    return "read" if request.method in ("GET", "HEAD") else None
