"""A request as an example: what every language then says in its own words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from app.site.openapi.examples import BY_NAME, example
from app.site.openapi.operations import Operation
from app.site.openapi.schemas import Schema, resolved

GIVEN: dict[str, dict[str, Any]] = {  # what makes a better example than the required fields alone
    "generate_create": {"prompt": "a red fox in the snow", "aspect_ratio": "16:9"},
    "tools_convert": {"image": "photo.heic", "option": "jpg"},
    "tools_upscale": {"image": "photo.jpg", "scale": 2},
    "tools_resize": {"image": "photo.jpg", "width": 1200},
    "tools_crop": {"image": "photo.jpg", "ratio": "1:1"},
    "tools_compress": {"image": "photo.jpg", "target_kb": 200},
    "tools_rotate": {"image": "photo.jpg", "angle": 90},
    "tools_magic_edit": {"image": "photo.jpg", "mask": "mask.png", "prompt": "a red balloon"},
    "tools_restyle": {"image": "photo.jpg", "style": "watercolor"},
    "tools_image_to_image": {"image": "photo.jpg", "prompt": "the same place in winter"},
    "webhooks_set_address": {"url": "https://example.com/hooks/limn"},
    "contests_create": {"contest": "eyJ3b3JkcyI6…"},
    "keys_create": {"name": "my program", "scopes": ["generate", "read"], "monthly_cap": 1000},
}


class Credential(NamedTuple):
    """A header, what stands before its value, and the environment variable that holds the value."""

    header: str
    before: str
    variable: str


KEY = Credential("X-API-Key", "", "LIMN_API_KEY")
BEARER = Credential("Authorization", "Bearer ", "LIMN_API_KEY")
COOKIE = Credential("Cookie", "limn=", "LIMN_COOKIE")


@dataclass(frozen=True)
class Call:
    """`fields` and `files` are the parts of a form; files by the name of the field, as paths."""

    method: str
    url: str
    credential: Credential | None = None
    json: Mapping[str, Any] | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_form(self) -> bool:
        return bool(self.files or self.fields)


class Language(NamedTuple):
    name: str  # in addresses
    title: str
    write: Callable[[Call], str]
    ending: str  # of a file


def call_of(operation: Operation, entry: Schema, components: dict[str, Schema], site: str) -> Call:
    """An example of this operation, from its entry in the document."""
    url = site + _filled(operation, entry, components)
    content = entry.get("requestBody", {}).get("content", {})
    asked = {"method": operation.method, "url": url, "credential": _credential(operation)}
    if "multipart/form-data" in content:
        schema = content["multipart/form-data"]["schema"]
        given = _given(operation, schema, components)
        files = {name for name, part in schema["properties"].items() if _is_file(part)}
        return Call(
            **asked,  # type: ignore[arg-type]
            fields={name: str(value) for name, value in given.items() if name not in files},
            files={name: str(value) for name, value in given.items() if name in files},
        )
    if "application/json" in content:
        schema = resolved(content["application/json"]["schema"], components)
        return Call(**asked, json=_given(operation, schema, components))  # type: ignore[arg-type]
    return Call(**asked)  # type: ignore[arg-type]


def _given(operation: Operation, schema: Schema, components: dict[str, Schema]) -> dict[str, Any]:
    if operation.id in GIVEN:
        return GIVEN[operation.id]
    needed = [*(["image"] if "image" in schema.get("properties", {}) else []), *schema.get("required", [])]
    return {name: _example(name, schema["properties"][name], components) for name in dict.fromkeys(needed)}


def _example(name: str, schema: Schema, components: dict[str, Schema]) -> Any:
    if _is_file(schema):
        return BY_NAME.get(name, "photo.jpg")
    return example(schema, components, name)


def _is_file(schema: Schema) -> bool:
    return schema.get("format") == "binary" or schema.get("items", {}).get("format") == "binary"


def _filled(operation: Operation, entry: Schema, components: dict[str, Schema]) -> str:
    path = operation.path
    for part in entry.get("parameters", []):
        if part.get("in") == "path":
            name = part["name"]
            path = path.replace("{" + name + "}", str(example(part["schema"], components, name)))
    return path


def _credential(operation: Operation) -> Credential | None:
    if not operation.keys_may:
        return None if operation.endpoint.open_to_all else COOKIE
    if operation.endpoint.scope == "any" and operation.endpoint.open_to_all and not operation.parts:
        return None
    return BEARER if operation.rule.startswith("/v1/") else KEY
