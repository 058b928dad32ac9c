"""A tool's page follows from the tool's own description, whatever tool it is."""

from typing import Annotated

import pytest

from app.studio.options import OptionView, options, prices
from app.studio.tool_page import ToolPage
from app.toolkit import Choice, Params, Tool, field, one_of
from app.toolkit.values import Colour
from app.tools import TOOLS

SIZES = (Choice("small", "Small"), Choice("large", "Large"))
WITH_FILES = [tool for tool in TOOLS.values() if tool.files]


class FrameParams(Params):
    size: Annotated[str, one_of(SIZES)] = field("small", label="Size", help="How large.", choices=SIZES)
    colour: Colour = field("#d2452b", label="Colour", help="Of the frame.")
    width: int | None = field(None, label="Width", help="In pixels.", ge=1, le=5000)
    strength: float = field(0.5, label="Strength", help="How much.", ge=0, le=1)
    inside: bool = field(False, label="Inside", help="Within the picture.")
    words: str = field(..., label="Words", help="Below it.", max_length=1000)
    seed: int | None = field(None, label="Seed", help="The same again.", ge=0, le=9)


FRAME = Tool(
    name="frame",
    title="Frame",
    Params=FrameParams,
    price=lambda params: {"small": 0, "large": 15}[params.size],
    priced_by="size",
    run=TOOLS["rotate"].run,
    sentence="A frame around a picture.",
    done="Framed.",
)


def option(name: str, given: object = None, error: str = "") -> OptionView:
    found = options(FRAME, {name: given} if given is not None else {}, {name: error} if error else {})
    return next(one for one in found if one.name == name)


def page(tool: Tool = FRAME, **given: object) -> ToolPage:
    return ToolPage(tool=tool, batch="0" * 22, values=given)


@pytest.mark.parametrize(
    ("name", "widget"),
    [
        ("size", "segments"),
        ("colour", "colour"),
        ("width", "number"),
        ("strength", "slider"),
        ("inside", "switch"),
        ("words", "words"),
    ],
)
def test_an_option_is_touched_as_its_kind_asks(name: str, widget: str) -> None:
    assert option(name).widget == widget


def test_an_option_shows_what_was_given_or_else_its_default() -> None:
    assert option("size").value == "small"
    assert option("size", "large").value == "large"
    assert option("inside", True).value == "yes"
    assert option("width").value == ""


def test_an_option_says_what_may_be_entered() -> None:
    assert option("size").values == "small, large"
    assert option("width").values == "1 to 5,000"
    assert option("words").values == "a text, at most 1000 characters"


def test_choices_keep_the_names_people_read() -> None:
    assert [choice.label for choice in option("size").choices] == ["Small", "Large"]


def test_what_few_ask_for_is_folded_away_unless_it_is_wrong() -> None:
    assert [one.name for one in page().folded] == ["inside", "seed"]
    wrong = ToolPage(tool=FRAME, batch="0" * 22, errors={"seed": "Seed is a whole number."})
    assert "seed" in [one.name for one in wrong.open]


def test_the_price_follows_the_choice_it_depends_on() -> None:
    assert prices(FRAME) == "free or 15 credits"
    assert page().price == 0
    assert page(size="large").price == 15


@pytest.mark.parametrize("tool", WITH_FILES, ids=lambda tool: tool.name)
def test_every_option_of_every_tool_is_explained_and_hangs_on_one_that_is_there(tool: Tool) -> None:
    names = {file.name for file in tool.files} | set(tool.Params.model_fields)
    for one in options(tool, {}, {}):
        assert one.label
        assert one.help
        assert not one.when or one.when.split("=")[0].rstrip("!") in names


@pytest.mark.parametrize("tool", WITH_FILES, ids=lambda tool: tool.name)
def test_every_tool_has_three_steps_and_questions(tool: Tool) -> None:
    assert len(tool.steps) == 3
    assert len(tool.questions) >= 3
