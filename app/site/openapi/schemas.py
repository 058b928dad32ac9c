"""The JSON schemas that the document shares, from the models that endpoints name."""

import json
import re
from collections.abc import Iterable
from types import UnionType
from typing import Any, Literal, get_args

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.studio.models import written_out
from app.web.described import Answer

Schema = dict[str, Any]
Model = type[BaseModel]
REF = "#/components/schemas/"
NAMED = re.compile(REF + r"([\w.-]+)")


def shared(asked: Iterable[Model], answered: Iterable[Model]) -> dict[str, Schema]:
    """Every model by its name, and those within them. Raises ValueError when two share a name and differ."""
    said = _defined(answered, "serialization")
    wanted = {name: _without_null(schema) for name, schema in _defined(asked, "validation").items()}
    for name in said.keys() & wanted.keys():
        if said[name] != wanted[name]:
            raise ValueError(f"two schemas are called {name}")
    return dict(sorted((said | wanted).items()))


def used(schemas: dict[str, Schema], told: Any) -> dict[str, Schema]:
    """Those that are named in what is told, and those that these name."""
    found: dict[str, Schema] = {}
    names = NAMED.findall(json.dumps(told))
    while names:
        name = names.pop()
        if name not in found:
            found[name] = schemas[name]
            names += NAMED.findall(json.dumps(schemas[name]))
    return dict(sorted(found.items()))


def reference(model: Model) -> Schema:
    return {"$ref": REF + model.__name__}


def models_of(answer: Answer) -> list[Model]:
    """The models that an answer may be; none of a file."""
    if isinstance(answer, str):
        return []
    return list(get_args(answer)) if isinstance(answer, UnionType) else [answer]


def answer_schema(answer: Answer) -> Schema:
    models = models_of(answer)
    if not models:
        return {"type": "object"} if answer == "application/json" else {"type": "string", "format": "binary"}
    return reference(models[0]) if len(models) == 1 else {"anyOf": [reference(model) for model in models]}


def resolved(schema: Schema, components: dict[str, Schema]) -> Schema:
    """The schema itself where it only names another."""
    while name := schema.get("$ref"):
        schema = components[name.removeprefix(REF)]
    return schema


def _defined(models: Iterable[Model], mode: Literal["validation", "serialization"]) -> dict[str, Schema]:
    pairs = [(model, mode) for model in dict.fromkeys(models)]
    named, found = models_json_schema(pairs, ref_template=REF + "{model}")
    for model, _ in pairs:
        if named[model, mode] != reference(model):
            raise ValueError(f"two models are called {model.__name__}")
    return {name: _tidied(written_out(schema)) for name, schema in found.get("$defs", {}).items()}


def _tidied(schema: Any) -> Any:
    """The words for choices under a name that is no keyword of JSON Schema."""
    if isinstance(schema, list):
        return [_tidied(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        "x-labels" if name == "labels" and "enum" in schema else name: _tidied(part) for name, part in schema.items()
    }


def _without_null(schema: Schema) -> Schema:
    """Of a request: what may be null and may be left out is told as what may be left out."""
    needed = schema.get("required", [])
    found = schema.get("properties", {}).items()
    properties = {name: part if name in needed else _not_null(part) for name, part in found}
    return schema | {"properties": properties} if properties else schema


def _not_null(schema: Schema) -> Schema:
    choices = [part for part in schema.get("anyOf", []) if part != {"type": "null"}]
    told = {name: part for name, part in schema.items() if name != "anyOf"}
    if told.get("default", "") is None:
        del told["default"]
    if "anyOf" not in schema:
        return told
    return told | (choices[0] if len(choices) == 1 else {"anyOf": choices})
