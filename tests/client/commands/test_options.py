"""A tool's JSON Schema as options of a command."""

from dataclasses import asdict
from typing import Any

import click
import pytest

from app.tools import TOOLS
from limn.answers import Tool
from limn.commands.options import format_option, options_of
from limn.commands.tool import command_for


def tool_with(files: bool = True, required: tuple[str, ...] = (), **properties: dict[str, Any]) -> Tool:
    schema = {"type": "object", "properties": properties, "required": list(required)}
    files_ = [{"name": "image", "required": True, "max_bytes": 1}] if files else []
    return Tool.of({"name": "try", "files": files_, "options": schema, "credits": {"a": 1, "b": 2}})


def option(name: str, tool: Tool) -> click.Option:
    return next(option for option in options_of(tool) if f"--{name}" in option.opts)


def test_bounds_are_kept() -> None:
    tool = tool_with(quality={"anyOf": [{"type": "integer", "minimum": 1, "maximum": 100}, {"type": "null"}]})
    kind = option("quality", tool).type
    assert isinstance(kind, click.IntRange)
    assert (kind.min, kind.max) == (1, 100)


def test_choices_are_kept_in_any_case() -> None:
    kind = option(
        "style", tool_with(style={"enum": ["oil", "neon"], "anyOf": [{"type": "string"}, {"type": "null"}]})
    ).type
    assert kind.convert("OIL", None, None) == "oil"


def test_yes_or_no_is_a_switch_that_may_be_left_alone() -> None:
    found = option("enlarge", tool_with(enlarge={"type": "boolean", "default": False}))
    assert found.is_flag
    assert found.secondary_opts == ["--no-enlarge"]


def test_a_name_of_ours_is_left_to_us() -> None:
    assert option("tool-force", tool_with(force={"type": "string"})).name == "set_force"


def test_a_name_that_no_shell_takes_is_left_out() -> None:
    schema = {"properties": {"--evil": {"type": "string"}, "A B": {"type": "string"}, "good": {"type": "string"}}}
    tool = Tool.of({"name": "try", "options": schema})
    assert [option.name for option in options_of(tool)] == ["set_good"]


def test_what_is_required_is_asked_for() -> None:
    assert option("prompt", tool_with(required=("prompt",), prompt={"type": "string"})).required


def test_words_without_a_file_need_no_name() -> None:
    command = command_for(tool_with(files=False, required=("prompt",), prompt={"type": "string"}))
    assert [param.name for param in command.params][:1] == ["prompt_words"]


@pytest.mark.parametrize(
    ("ending", "value"), [(".jpg", "jpg"), (".JPEG", "jpg"), (".tif", "tiff"), (".exe", None), ("", None)]
)
def test_what_it_becomes_follows_from_an_ending(ending: str, value: str | None) -> None:
    found = format_option(tool_with(option={"enum": ["jpg", "tiff"]}), ending)
    assert found == (("option", value) if value else None)


@pytest.mark.parametrize("name", TOOLS)
def test_every_tool_there_is_becomes_a_command(name: str) -> None:
    served = TOOLS[name]
    files = [{**file._asdict(), "max_bytes": 1} for file in served.files]
    tool = Tool.of({"name": name, "credits": 1, "files": files, "options": served.Params.model_json_schema()})
    command = command_for(tool)

    chosen = {param.name for param in command.params}
    wanted = {f"set_{field}" for field in served.Params.model_fields if served.files or field != "prompt"}
    assert wanted <= chosen
    assert {f"file_{file.name}" for file in served.files[1:]} <= chosen
    assert command.get_help(click.Context(command)).startswith("Usage:")
    assert Tool.of(asdict(tool)) == tool
