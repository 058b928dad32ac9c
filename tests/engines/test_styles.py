"""Styles as words, for models that know no other way."""

import pytest

from app.engines.illustrator.read import read
from app.engines.styles import worded
from app.toolkit.styles import STYLES
from app.tools.generate import LOOKS


@pytest.mark.parametrize("style", [choice.value for choice in (*STYLES, *LOOKS)])
def test_every_style_has_words_of_its_own(style: str) -> None:
    words, negative = worded("a red fox", style)

    assert "a red fox" in words
    assert words != "a red fox"
    assert negative


def test_without_a_style_the_words_stay() -> None:
    assert worded(" a red fox ", None) == ("a red fox", "")


def test_a_style_that_nobody_knows_leaves_the_words() -> None:
    assert worded("a red fox", "cubism") == ("a red fox", "")


def test_without_words_the_style_stands_alone() -> None:
    assert worded("", "pencil")[0].startswith("pencil drawing, graphite")


@pytest.mark.parametrize("style", [choice.value for choice in (*STYLES, *LOOKS)])
def test_no_style_names_a_thing_or_a_place(style: str) -> None:
    """A painter who draws what it is told would draw the brush of “visible brush strokes”."""
    plain, styled = read("a lighthouse in a storm"), read(worded("a lighthouse in a storm", style)[0])

    assert (styled.subjects, styled.setting) == (plain.subjects, plain.setting)
