"""One operation as the document tells it."""

from http import HTTPStatus
from typing import Any

from app.site.openapi import errors, headers
from app.site.openapi.examples import example
from app.site.openapi.operations import Operation
from app.site.openapi.schemas import Model, Schema, answer_schema, models_of, reference, resolved
from app.toolkit import FileField
from app.web.described import Answer

FORM, FILES, JSON = "application/x-www-form-urlencoded", "multipart/form-data", "application/json"
EVENTS = "text/event-stream"
EVENTS = "text/event-stream"
KINDS: dict[str, Schema] = {  # of the parts of an address, by Flask's name of the converter
    "job": {"type": "string", "pattern": "^[0-9A-Za-z]{22}$"},
    "int": {"type": "integer", "minimum": 0, "maximum": 2**31 - 1},
}
NAMED = {"job_id": "The id of a job.", "key_id": "The id of a key.", "batch": "The id that files sent together share."}
WAYS: tuple[dict[str, list[str]], ...] = ({"session": []}, {"key": []}, {"bearer": []})


def entry(operation: Operation, components: dict[str, Schema]) -> dict[str, Any]:
    endpoint = operation.endpoint
    found = {
        "operationId": operation.id,
        "summary": endpoint.summary,
        "description": endpoint.help,
        "tags": [endpoint.section],
        "security": _security(operation),
        "parameters": [*_path(operation), *_query(operation, components), *headers.of_request(operation)],
        "requestBody": _body(operation, components),
        "responses": _answers(operation, components) | errors.responses(operation),
        "x-scope": endpoint.scope,
    }
    return {name: value for name, value in found.items() if value or name in ("security", "x-scope")}


def _security(operation: Operation) -> list[dict[str, list[str]]]:
    ways = list(WAYS if operation.keys_may else WAYS[:1])
    if operation.endpoint.open_to_all:
        return [{}, *ways] if operation.keys_may else []
    return ways


def _path(operation: Operation) -> list[dict[str, Any]]:
    return [
        {
            "name": part["name"],
            "in": "path",
            "required": True,
            "description": NAMED.get(part["name"], ""),
            "schema": _kind(part["kind"], part["among"]),
        }
        for part in operation.parts
    ]


def _kind(kind: str | None, among: str | None) -> Schema:
    if kind == "any":
        return {"type": "string", "enum": [one.strip() for one in (among or "").split(",")]}
    return KINDS.get(kind or "", {"type": "string", "minLength": 1})


def _query(operation: Operation, components: dict[str, Schema]) -> list[dict[str, Any]]:
    model = operation.endpoint.query
    if model is None:
        return []
    schema = resolved(reference(model), components)
    return [
        {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", []),
            "description": part.get("description", ""),
            "schema": part,
        }
        for name, part in schema.get("properties", {}).items()
    ]


def _body(operation: Operation, components: dict[str, Schema]) -> dict[str, Any] | None:
    endpoint = operation.endpoint
    models = [model for model in (endpoint.body, endpoint.beside) if model]
    if endpoint.files:
        schema = _with_files(_together(models, components), endpoint.files)
        return {"required": True, "content": {FILES: {"schema": schema}}}
    if not models:
        return None
    schema = _together(models, components) if len(models) > 1 else reference(models[0])
    kinds = (JSON, FORM) if endpoint.form else (JSON,)
    required = bool(resolved(schema, components).get("required"))
    return {"required": required, "content": {kind: {"schema": schema} for kind in kinds}}


def _together(models: list[Model], components: dict[str, Schema]) -> Schema:
    """The fields of all of them, as one object."""
    found = [resolved(reference(model), components) for model in models]
    return {
        "type": "object",
        "properties": {name: part for schema in found for name, part in schema.get("properties", {}).items()},
        "required": [name for schema in found for name in schema.get("required", [])],
        "additionalProperties": False,
    }


def _with_files(schema: Schema, files: tuple[FileField, ...]) -> Schema:
    """A form: the fields of the schema after the files. An earlier job may stand in for any of them."""
    parts = {
        file.name: {"type": "string", "format": "binary", "title": file.label, "description": file.help}
        for file in files
    }
    fields = schema["properties"]
    required = [file.name for file in files if file.required and "job" not in fields]
    return schema | {"properties": parts | fields, "required": required + schema["required"]}


def _answers(operation: Operation, components: dict[str, Schema]) -> dict[str, Any]:
    return {
        str(status): {
            "description": HTTPStatus(status).phrase,
            "headers": headers.of_answer(operation, status),
            "content": _content(operation, answer, components),
        }
        for status, answer in operation.endpoint.answers.items()
    }


def _content(operation: Operation, answer: Answer, components: dict[str, Schema]) -> dict[str, Any]:
    told: dict[str, Any] = {"schema": answer_schema(answer)}
    if models := models_of(answer):
        told["examples"] = {model.__name__: {"value": example(reference(model), components)} for model in models}
    content = {answer if isinstance(answer, str) else JSON: told}
    return content | {EVENTS: {"schema": {"type": "string"}}} if operation.endpoint.streams else content
