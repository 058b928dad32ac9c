"""From a tool's JSON Schema to the options of its command."""

import re
from collections.abc import Mapping
from typing import Any

import click

from limn.answers import Tool

NAME = re.compile(r"[a-z][a-z0-9_]*")
ALIASES = {"option": ("--to",)}  # as people say it
FORMATS = ("option", "format", "output_format")  # that the ending of -o tells as well
OURS = ("output", "out_dir", "jobs", "force", "fresh", "dry_run", "machine", "json", "help", "files", "prompt_words")
NUMBERS: Mapping[str, type[click.IntRange | click.FloatRange]] = {"integer": click.IntRange, "number": click.FloatRange}


def options_of(tool: Tool) -> list[click.Option]:
    required = tool.options.get("required", ())
    return [_option(name, of, name in required) for name, of in properties(tool).items() if not is_prompt(tool, name)]


def properties(tool: Tool) -> dict[str, dict[str, Any]]:
    """What can be asked for, as simple schemas: “this or nothing” is this."""
    found = tool.options.get("properties", {})
    return {name: _simple(of) for name, of in found.items() if NAME.fullmatch(name)}


def is_prompt(tool: Tool, name: str) -> bool:
    """Whether an option is what a tool begins with, so that it stands in the command without a name."""
    return name == "prompt" and not tool.files


def format_option(tool: Tool, ending: str) -> tuple[str, str] | None:
    """The option that says what a file should become, and its value for an ending such as “.jpg”."""
    wanted = {".jpeg": "jpg", ".tif": "tiff"}.get(ending.lower(), ending.lower().lstrip("."))
    schemas = properties(tool)
    for name in FORMATS:
        for value in schemas.get(name, {}).get("enum", ()):
            if str(value) in (wanted, "jpeg" if wanted == "jpg" else wanted):
                return name, str(value)
    return None


def _option(name: str, schema: Mapping[str, Any], required: bool) -> click.Option:
    flag = name.replace("_", "-") if name not in OURS else f"tool-{name}".replace("_", "-")
    if schema.get("type") == "boolean":
        return click.Option([f"--{flag}/--no-{flag}", f"set_{name}"], default=None, help=_help(schema))
    return click.Option(
        [*ALIASES.get(name, ()), f"--{flag}", f"set_{name}"],
        type=_kind(schema),
        required=required and name not in FORMATS,
        help=_help(schema),
    )


def _help(schema: Mapping[str, Any]) -> str:
    """With the value that counts where it is left out: nothing is sent then, so it is the server's to choose."""
    default = schema.get("default")
    told = "" if default in (None, "", False) else f" Left out: {default}."
    return f"{schema.get('description', '')}{told}"


def _kind(schema: Mapping[str, Any]) -> click.ParamType[Any]:
    if choices := schema.get("enum"):
        return click.Choice([str(choice) for choice in choices], case_sensitive=False)
    if number := NUMBERS.get(str(schema.get("type"))):
        return number(schema.get("minimum"), schema.get("maximum"))
    return click.STRING


def _simple(schema: Mapping[str, Any]) -> dict[str, Any]:
    kinds = [kind for kind in schema.get("anyOf", ()) if kind.get("type") != "null"]
    return {**schema, **(kinds[0] if kinds else {})}
