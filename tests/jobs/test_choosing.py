"""Which model a job goes to, and what that makes of its price."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.engines.catalogue import Model
from app.extensions import models
from app.jobs import choosing
from app.refusals import Refusal
from app.tools import TOOLS
from tests.conftest import MakeApp
from tests.listed import listed

NO_ILLUSTRATOR = """
[[model]]
name = "words-only"
engine = "openai"
tasks = ["words"]
"""


@pytest.fixture(autouse=True)
def site(make_app: MakeApp, tmp_path: Path) -> Iterator[None]:
    with make_app(MODEL_LIST=listed(tmp_path)).app_context():
        yield


def chosen(tool: str, plan: str = "free", **options: object) -> Model | None:
    return choosing.choose(TOOLS[tool], TOOLS[tool].Params.sample(**options), plan)


def name_of(model: Model | None) -> str | None:
    return model.name if model else None


@pytest.mark.parametrize("tool", ["generate", "image-to-image", "magic-edit", "restyle"])
def test_left_out_it_is_the_sites_own_choice(tool: str) -> None:
    assert name_of(chosen(tool)) == "illustrator"


def test_a_tool_that_paints_nothing_has_no_model() -> None:
    assert chosen("convert") is None


@pytest.mark.parametrize("written", ["painter", " Painter ", "PAINTER"])
def test_a_model_is_chosen_by_its_name_in_any_case(written: str) -> None:
    assert name_of(chosen("generate", model=written)) == "painter"


def test_a_name_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(Refusal, match="it is one of illustrator, painter, master, gpt-image-1") as refused:
        chosen("generate", model="crayons")
    assert (refused.value.code, refused.value.facts) == ("invalid", {"field": "model"})


def test_a_model_that_cannot_do_it_is_told_with_those_that_can() -> None:
    with pytest.raises(Refusal, match="illustrator, painter, master can") as refused:
        chosen("magic-edit", plan="max", model="gpt-image-1")
    assert (refused.value.code, refused.value.facts) == ("invalid", {"field": "model"})


@pytest.mark.parametrize(("plan", "may"), [("free", False), ("pro", True), ("max", True)])
def test_a_model_belongs_to_its_plans(plan: str, may: bool) -> None:
    if may:
        assert name_of(chosen("restyle", plan, model="master")) == "master"
        return
    with pytest.raises(Refusal, match="The master belongs to Pro or Max") as refused:
        chosen("restyle", plan, model="master")
    assert (refused.value.code, refused.value.facts["plans"]) == ("plan_required", "max, pro")


def test_where_nobody_can_do_it_nothing_is_begun(make_app: MakeApp, tmp_path: Path) -> None:
    app = make_app(MODEL_LIST=listed(tmp_path, NO_ILLUSTRATOR))
    with app.app_context(), pytest.raises(Refusal, match="no model that repaints a part") as refused:
        chosen("magic-edit")
    assert refused.value.code == "engine_unavailable"


def test_where_others_alone_may_choose_who_can_do_it_the_plan_is_told(make_app: MakeApp, tmp_path: Path) -> None:
    dear = '[[model]]\nname = "dear"\nengine = "illustrator"\nplans = ["pro"]\n'
    app = make_app(MODEL_LIST=listed(tmp_path, NO_ILLUSTRATOR + dear))
    with app.app_context():
        assert name_of(chosen("magic-edit", plan="pro")) == "dear"
        with pytest.raises(Refusal, match="The built-in illustrator belongs to Pro") as refused:
            chosen("magic-edit")
    assert refused.value.code == "plan_required"


@pytest.mark.parametrize(
    ("factor", "price", "costs"),
    [(1.0, 20, 20), (1.55, 20, 31), (1.51, 20, 31), (1.1, 20, 22), (1.1, 30, 33), (0.01, 20, 1), (4.0, 200, 800)],
)
def test_a_price_is_rounded_up_to_whole_credits(factor: float, price: int, costs: int) -> None:
    assert choosing.price_with(Model("m", "openai", "M", price=factor), price) == costs


def test_without_a_model_the_price_stays() -> None:
    assert choosing.price_with(None, 10) == 10


def test_whose_a_model_is_reads_in_the_order_of_the_plans() -> None:
    found = {name: choosing.plans_of(model) for name, model in models().items()}
    assert found == {"illustrator": "", "painter": "", "master": "Pro or Max", "gpt-image-1": ""}


def test_only_what_is_painted_from_words_is_painted_together() -> None:
    found = [choosing.kin(TOOLS[name], (1024, 768), TOOLS[name].Params.sample()) for name in ("generate", "restyle")]
    assert found == ["1024x768 standard", None]
