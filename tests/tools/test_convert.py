"""What can be asked of convert, how it is read, and how much time and memory it gets."""

from collections.abc import Callable
from typing import Any

import pytest

from app.imaging.bounds import Budget, Budgets
from app.imaging.kinds import KINDS, WRITTEN
from app.imaging.made import Made
from app.imaging.save import save
from app.refusals import Refusal
from app.toolkit import parse
from app.tools import TOOLS
from app.tools.convert import ConvertParams
from tests.imaging.pictures import file_of, moving, opened, photo
from tests.tools.conftest import Run

PNG = file_of(photo(), "PNG")


class Counted:
    """A child that only writes down what it was given."""

    def __init__(self) -> None:
        self.budget = Budget(0, 0)

    def call(
        self, work: Callable[..., Made], *given: Any, budget: Budget, on_wait: Callable[[], None], **options: Any
    ) -> Made:
        self.budget = budget
        return Made()


def budget_for(run: Run, source: bytes, **params: Any) -> Budget:
    child = Counted()
    run("convert", source, bench={"child": child}, **params)
    return child.budget


def refused(**given: Any) -> str:
    with pytest.raises(Refusal) as caught:
        parse(ConvertParams, given)
    return str(caught.value.facts["field"])


def test_it_offers_every_kind_that_is_written() -> None:
    assert ConvertParams.choices("option") == [kind.name for kind in WRITTEN]


@pytest.mark.parametrize(("given", "meant"), [("PNG", "png"), ("Jpg", "jpg"), ("jpeg", "jpg"), ("TIF", "tiff")])
def test_a_format_is_written_in_any_case(given: str, meant: str) -> None:
    assert parse(ConvertParams, {"option": given}).option == meant


@pytest.mark.parametrize(("given", "meant"), [("3", 3), (3, 3), ("all", 0), ("ALL", 0), ("", None), (None, None)])
def test_a_page_is_a_number_or_all(given: object, meant: int | None) -> None:
    assert parse(ConvertParams, {"option": "png", "page": given}).page == meant


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("option", "docx"),
        ("quality", 0),
        ("quality", 101),
        ("background", "white"),
        ("background", "#12345"),
        ("page", "two"),
        ("page", -1),
        ("dpi", 35),
        ("dpi", 601),
        ("animation", "slow"),
        ("metadata", "some"),
        ("target_kb", 0),
        ("size", 3),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(field: str, value: object) -> None:
    assert refused(**{"option": "png", field: value}) == field


def test_a_format_is_required() -> None:
    assert refused() == "option"


def test_it_costs_ten() -> None:
    assert TOOLS["convert"].price_list() == {"": 10}


def test_it_converts(run: Run) -> None:
    outcome = run("convert", PNG, option="WEBP")
    assert [picture.extension for picture in outcome.pictures] == ["webp"]  # type: ignore[union-attr]
    assert set(outcome.sides) == {"before", "thumb"}
    assert (outcome.facts["format_in"], outcome.facts["format_out"]) == ("PNG", "WEBP")


def test_an_animation_can_be_made_to_stand_still(run: Run) -> None:
    source = save(moving(50, 60), KINDS["gif"]).data
    for animation, frames in (("keep", 2), ("first", 1)):
        outcome = run("convert", source, option="webp", animation=animation)
        assert len(opened(outcome.pictures[0].data, moving=True).frames) == frames  # type: ignore[union-attr]


@pytest.mark.parametrize("option", ["png", "jpg", "webp", "gif", "bmp", "tiff", "svg", "pdf"])
def test_most_formats_get_a_picture_s_budget(option: str, run: Run) -> None:
    assert budget_for(run, PNG, option=option) == Budgets().picture


@pytest.mark.parametrize("params", [{"option": "heic"}, {"option": "avif"}, {"option": "jpg", "target_kb": 40}])
def test_what_takes_long_gets_more(params: dict[str, Any], run: Run) -> None:
    assert budget_for(run, PNG, **params) == Budgets().heavy


def test_documents_get_a_document_s_budget(run: Run) -> None:
    for source in (rb"{\rtf1 hello}", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)):
        assert budget_for(run, source, option="avif") == Budgets().document
