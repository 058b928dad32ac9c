"""docs/tools.md: the manual page of every tool, from the tool's own description."""

from collections.abc import Iterator

from app.studio.options import OptionView, options, prices
from app.toolkit import FileField, Tool
from app.tools import TOOLS

INTRODUCTION = """\
# The tools

Everything here takes an account. This page is written by `flask --app wsgi tools --write` from the tools themselves.

Send `multipart/form-data`. The answer waits for the result, up to the setting `WAIT_SECONDS`; after that it is 202 with
the `job_id`, and `GET /api/job/<job_id>` brings the same fields when it is done:

    {"ok": true, "status": "succeeded", "message": "Converted file complete.", "image_url": "/…?raw=1",
     "share_url": "https://…/…", "credits": 70, "credit_cost": 10, "bytes_in": 2348112, "bytes_out": 1985004,
     "width_out": 4032, "height_out": 3024, "low_credits": false, "job_id": "…"}

Besides the options of each tool, every one takes:

| field | what it does |
| --- | --- |
| `job` | the id of an earlier job, whose result is worked on instead of a file |
| `again` | the id of an earlier job of the same tool: what it began with is worked on once more, with new options |
| `dry_run` | `1`: answers `credit_cost`, `credits` and whether they are `covered`; nothing is started or charged |

A file is told by its content, whatever its name. Nothing is charged for what cannot be done; the codes are in
[the API](api.md#errors).
"""


def manual_page() -> str:
    """Markdown: the introduction, then a section for each tool that takes files."""
    sections = [_section(tool) for tool in TOOLS.values() if tool.files]
    return "\n".join([INTRODUCTION, *sections])


def _section(tool: Tool) -> str:
    price = prices(tool)
    free = " Once more with `again` is free." if tool.free_again else ""
    lines = [
        f"## {tool.title}",
        "",
        f"{tool.sentence} {price[0].upper()}{price[1:]}.{free}",
        "",
        f"### POST /api/{tool.name}",
        "",
        "| field | what it is | values | default |",
        "| --- | --- | --- | --- |",
        *(_file_row(file) for file in tool.files),
        *(_option_row(option) for option in options(tool, {}, {})),
        "",
        *_questions(tool),
    ]
    return "\n".join(lines)


def _file_row(file: FileField) -> str:
    return f"| `{file.name}` | {file.help} | a file | {'required' if file.required else ''} |"


def _option_row(option: OptionView) -> str:
    values = ", ".join(choice.value for choice in option.choices if choice.value) or option.values
    return f"| `{option.name}` | {option.help} | {values} | {'required' if option.required else option.default} |"


def _questions(tool: Tool) -> Iterator[str]:
    for question in tool.questions:
        yield f"**{question.asked}** {question.answer}"
        yield ""
