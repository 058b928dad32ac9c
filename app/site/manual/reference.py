"""An endpoint as its page shows it, all of it from the document."""

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, NamedTuple

from app.accounts.models import ANY
from app.refusals import STATUS
from app.site.manual.changelog import came_with
from app.site.manual.fields import FieldView, field_of, fields_of
from app.site.meanings import MEANINGS
from app.site.meanings import example as refused
from app.site.openapi import described, errors
from app.site.openapi.examples import example
from app.site.openapi.operations import Operation, operations
from app.site.openapi.schemas import Schema, models_of, reference, resolved
from app.site.samples.call import Call, call_of
from app.studio.options import prices
from app.tools import TOOLS
from app.web import dialects
from app.webhooks.messages import JobFacts, JobMessage

JSON, FILES = "application/json", "multipart/form-data"
PRICED_AS: dict[str, tuple[str, tuple[str, ...]]] = {  # the tool behind a dialect, and the choices it is asked for
    "key_generate": ("generate", ("standard",)),
    "generate_create": ("generate", ()),
    "openai_generation": ("generate", ()),
    "openai_edit": ("magic-edit", ()),
    "openai_vary": ("image-to-image", ()),
}
DIALECTS = ("/api/", "/api/images/", "/v1/")
ENTRANCES = ("register", "login", "logout")  # who is signed in already tries none of these


class AnswerView(NamedTuple):
    status: int
    phrase: str
    examples: list[str]  # as JSON
    fields: list[FieldView]


class ErrorView(NamedTuple):
    code: str
    status: int
    advice: str
    example: str  # as JSON


@dataclass(frozen=True)
class EndpointView:
    operation: Operation
    fields: list[FieldView]
    answers: list[AnswerView]
    errors: list[ErrorView]
    call: Call
    media: str  # of the body; empty without one

    @property
    def anchor(self) -> str:
        return self.operation.id

    @property
    def since(self) -> str:
        return came_with().get(self.operation.title, "")

    @property
    def price(self) -> str:
        """In words; empty where it costs nothing."""
        if self.operation.id in PRICED_AS:
            name, choices = PRICED_AS[self.operation.id]
            found = TOOLS[name].price_list()
            *less, most = (str(found[choice]) for choice in choices or found)
            return f"{', '.join(less)} or {most} credits a picture" if less else f"{most} credits a picture"
        return prices(self.operation.tool) if self.operation.tool else ""

    @property
    def access(self) -> str:
        """Who may call it."""
        endpoint = self.operation.endpoint
        if endpoint.scope is None:
            return "signed in, no key"
        if endpoint.open_to_all:
            return "open to all"
        return "any key" if endpoint.scope == ANY else f"scope {endpoint.scope}"

    @property
    def headers(self) -> list[str]:
        """Those that a request may bring besides its key."""
        known = described().document["components"]["parameters"]
        found = [
            part["$ref"].rsplit("/", 1)[1] for part in entry_of(self.operation).get("parameters", []) if "$ref" in part
        ]
        return [known[name]["name"] for name in found]

    @property
    def may_be_tried(self) -> bool:
        """By who is signed in: nothing that shows a secret, and no second sign-in."""
        return self.operation.keys_may and not self.operation.id.endswith(ENTRANCES)


def endpoints(section: str, site: str) -> list[EndpointView]:
    return [view(operation, site) for operation in operations() if operation.endpoint.section == section]


def has(section: str) -> bool:
    return any(operation.endpoint.section == section for operation in operations())


def find(operation_id: str) -> Operation | None:
    return next((operation for operation in operations() if operation.id == operation_id), None)


def entry_of(operation: Operation) -> Schema:
    found: Schema = described().document["paths"][operation.path][operation.method.lower()]
    return found


def refusals() -> list[tuple[str, str]]:
    """The same refusal as each dialect says it: where, and the JSON."""
    code = "out_of_credits"
    return [(prefix, _json(dialects.of(prefix).say(refused(code), STATUS[code]).body)) for prefix in DIALECTS]


def message() -> tuple[str, list[FieldView]]:
    """What a webhook hears of a job: an example as JSON, and the fields of its data."""
    return _json(example(reference(JobMessage), _schemas())), fields_of(reference(JobFacts), _schemas())


def view(operation: Operation, site: str) -> EndpointView:
    schemas, entry = _schemas(), entry_of(operation)
    content = entry.get("requestBody", {}).get("content", {})
    media = next(iter(content), "")
    body = fields_of(content[media]["schema"], schemas) if media else []
    return EndpointView(
        operation=operation,
        fields=[*_parameters(entry, schemas), *body],
        answers=_answers(operation, schemas),
        errors=_errors(operation),
        call=call_of(operation, entry, schemas, site),
        media=media,
    )


def _schemas() -> dict[str, Schema]:
    found: dict[str, Schema] = described().document["components"]["schemas"]
    return found


def _parameters(entry: Schema, schemas: dict[str, Schema]) -> list[FieldView]:
    """Of the address; the headers are told once for all."""
    return [
        field_of(
            part["name"],
            part["schema"] | {"description": part.get("description", "")},
            schemas,
            part["in"],
            part["required"],
        )
        for part in entry.get("parameters", [])
        if part.get("in") in ("path", "query")
    ]


def _answers(operation: Operation, schemas: dict[str, Schema]) -> list[AnswerView]:
    """The fields of a model stand with the first answer that has it."""
    found, told = [], []
    for status, answer in operation.endpoint.answers.items():
        models = [reference(model) for model in models_of(answer)]
        fresh = [model for model in models if model not in told]
        rows = {field.name: field for model in fresh for field in fields_of(model, schemas)}
        told += fresh
        examples = [_json(_example(status, model, schemas)) for model in models]
        found.append(AnswerView(status, HTTPStatus(status).phrase, examples, list(rows.values())))
    return found


def _example(status: int, model: Schema, schemas: dict[str, Schema]) -> Any:
    found = example(model, schemas)
    if status == HTTPStatus.ACCEPTED:  # the same, before anything came of it
        needed = resolved(model, schemas).get("required", [])
        waiting = {"status": "queued", "queue_position": 2, "message": "This takes a little longer."}
        return {name: waiting.get(name, found[name]) for name in found if name in needed} | {"queue_position": 2}
    return found


def _errors(operation: Operation) -> list[ErrorView]:
    dialect = dialects.of(operation.rule)
    said = {code: dialect.say(refused(code), STATUS[code]) for code in errors.codes(operation)}
    return [ErrorView(code, one.status, MEANINGS[code].advice, _json(one.body)) for code, one in said.items()]


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
