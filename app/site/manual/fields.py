"""A field of a request or an answer as a row of a table, and as something to fill in."""

from dataclasses import dataclass
from typing import Any

from app.site.openapi.schemas import REF, Schema, resolved

LONG = 120  # letters from which a text gets more than one line
TYPES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "object": "object",
    "null": "null",
}
LAST = ("dry_run", "webhook_url", "job", "again", "batch")  # what every tool takes besides
MANY = 12  # values of a choice that are still written out


@dataclass(frozen=True)
class FieldView:
    """`place` is where it stands: path, query, or body."""

    name: str
    type: str
    help: str
    values: str
    default: str
    required: bool
    widget: str
    choices: tuple[str, ...] = ()
    place: str = "body"
    least: float | None = None
    most: float | None = None


def fields_of(schema: Schema, components: dict[str, Schema], place: str = "body") -> list[FieldView]:
    """Those of an object: files, then what is required, then the others as they stand."""
    schema = resolved(schema, components)
    required = schema.get("required", [])
    found = [
        field_of(name, part, components, place, name in required) for name, part in schema.get("properties", {}).items()
    ]
    return sorted(found, key=lambda field: (not field.required, field.widget != "file", field.name in LAST))


def field_of(name: str, schema: Schema, components: dict[str, Schema], place: str, required: bool) -> FieldView:
    whole = resolved(schema, components)
    choices = tuple(str(value) for value in whole.get("enum", []))
    default = whole.get("default")
    return FieldView(
        name=name,
        type=_type(schema, components),
        help=schema.get("description") or whole.get("description") or "",
        values=_values(whole, choices),
        default="" if default in (None, "", [], {}) else _said(default),
        required=required,
        widget=_widget(whole, choices),
        choices=choices,
        place=place,
        least=whole.get("minimum"),
        most=whole.get("maximum"),
    )


def _type(schema: Schema, components: dict[str, Schema]) -> str:
    if _is_file(schema):
        return "file"
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_type(part, components) for part in schema["anyOf"]))
    schema = resolved(schema, components) if REF in schema.get("$ref", "") else schema
    if "const" in schema:
        return _said(schema["const"])
    if schema.get("type") == "array":
        return f"list of {_plural(_type(schema.get('items', {}), components))}"
    if schema.get("format") == "date-time":
        return "time"
    return TYPES.get(str(schema.get("type", "")), "anything")


def _plural(word: str) -> str:
    return word + "s"


def _is_file(schema: Schema) -> bool:
    return schema.get("format") == "binary"


def _values(schema: Schema, choices: tuple[str, ...]) -> str:
    if choices:
        more = f" and {len(choices) - MANY} more" if len(choices) > MANY + 2 else ""
        return ", ".join(choices[:MANY] if more else choices) + more
    if "minimum" in schema or "maximum" in schema:
        return _between(schema.get("minimum"), schema.get("maximum"), "")
    if "maxLength" in schema and not schema.get("pattern"):
        return _between(schema.get("minLength"), schema["maxLength"], " characters")
    return ""


def _between(least: float | None, most: float | None, unit: str) -> str:
    if not least and most is not None:
        return f"up to {most:,}{unit}" if least is None or unit else f"0 to {most:,}"
    if most is None:
        return f"from {least:,}{unit}"
    return f"{least:,} to {most:,}{unit}"


def _widget(schema: Schema, choices: tuple[str, ...]) -> str:
    if _is_file(schema):
        return "file"
    if choices:
        return "choice"
    if schema.get("type") == "boolean":
        return "truth"
    if schema.get("type") in ("integer", "number"):
        return "number"
    if schema.get("type") in ("array", "object"):
        return "json"
    return "words" if schema.get("maxLength", 0) > LONG * 4 else "line"


def _said(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
