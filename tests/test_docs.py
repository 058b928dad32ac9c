"""What exists only in code or only in the docs fails."""

import re

import pytest
from flask import Flask

from app.refusals import STATUS
from app.studio.manual import manual_page
from app.tools import TOOLS
from app.tools import generate as generate_tool
from config import ROOT

API = (ROOT / "docs/api.md").read_text()
TOOL_PAGE = (ROOT / "docs/tools.md").read_text()
OPERATING = (ROOT / "docs/operating.md").read_text()


def test_the_api_page_has_every_endpoint_and_no_other(app: Flask) -> None:
    pages = (API + TOOL_PAGE).replace("&lt;", "<").replace("&gt;", ">")
    documented = set(re.findall(r"^### (\w+ /(?:api|v1)/\S+)$", pages, re.MULTILINE))
    routes = {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(("/api/", "/v1/"))
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert documented == routes


def test_the_api_page_has_every_error_with_its_status() -> None:
    assert dict(re.findall(r"^\| `(\w+)` \| (\d+) \|", API, re.MULTILINE)) == {
        code: str(status) for code, status in STATUS.items()
    }


@pytest.mark.parametrize("name", TOOLS)
def test_the_api_page_has_every_field_of_a_tool(name: str) -> None:
    section = (API + TOOL_PAGE).split(f"### POST /api/{name}\n", 1)[1].split("\n### ", 1)[0]
    assert {field for field in TOOLS[name].Params.model_fields if f"`{field}`" not in section} == set()


def test_the_page_of_the_tools_is_what_they_say_of_themselves() -> None:
    assert manual_page() == TOOL_PAGE, "run `flask --app wsgi tools --write`"


def test_the_api_page_has_every_style_and_shape() -> None:
    for choice in (*generate_tool.STYLES, *generate_tool.RATIOS, *generate_tool.QUALITIES):
        assert choice.value in API


def test_the_operators_page_has_every_command_and_no_other(app: Flask) -> None:
    documented = {
        " ".join(re.findall(r"[a-z-]+", line)[:2]) for line in re.findall(r"^\| `([a-z -]+)", OPERATING, re.MULTILINE)
    }
    known = set()
    for name, command in app.cli.commands.items():
        children = getattr(command, "commands", None)
        known |= {f"{name} {child}" for child in children} if children else {name}
    assert documented == {command for command in known if not command.startswith("db ")}


def test_every_link_of_the_readme_leads_somewhere() -> None:
    links = re.findall(r"\]\(([^)]+)\)", (ROOT / "README.md").read_text())
    assert links
    assert [link for link in links if "://" not in link and not (ROOT / link).exists()] == []


def test_no_page_writes_out_a_figure_that_is_data_elsewhere() -> None:
    figure = re.compile(r"\b\d+ (credits|more|pictures|hours)\b")
    assert [path.name for path in (ROOT / "templates").rglob("*.html") if figure.search(path.read_text())] == []
