"""Image to image, restyle and magic edit: what reaches the engine, and what comes back."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from app.engines.illustrator import Illustrator, art
from app.engines.protocol import OnProgress, Painting, PaintRequest
from app.tools import TOOLS
from config import ROOT
from tests.cast import Sketcher
from tests.tools.conftest import Run
from tests.tools.pictures import file, numbers, photo, picture, refusal

EDIT, FROM, STYLE = "magic-edit", "image-to-image", "restyle"
ASKED = {EDIT: {"prompt": "a red balloon"}, FROM: {"prompt": "a beach at sunset"}, STYLE: {"style": "oil"}}


class Watched(Sketcher):
    """Paints everything in one colour, and remembers what it was asked for."""

    asked: PaintRequest

    def paint(self, request: PaintRequest, on_progress: OnProgress) -> list[Painting]:
        self.asked = request
        return super().paint(request, on_progress)


@pytest.fixture
def engine() -> Watched:
    return Watched()


@pytest.fixture(scope="session")
def illustrator(tmp_path_factory: pytest.TempPathFactory) -> Illustrator:
    target = tmp_path_factory.mktemp("art") / "art.sqlite"
    art.build(ROOT / "node_modules", target)
    return Illustrator(target, ROOT / "node_modules/@fontsource-variable")


def mask(size: tuple[int, int] = (240, 180), box: tuple[int, int, int, int] = (60, 40, 160, 150)) -> Image.Image:
    image = Image.new("L", size)
    ImageDraw.Draw(image).rectangle(box, fill=255)
    return image


def files(name: str) -> dict[str, bytes]:
    return {"image": file(photo(), "PNG")} | ({"mask": file(mask(), "PNG")} if name == EDIT else {})


@pytest.mark.parametrize("name", ASKED)
def test_the_engine_gets_picture_words_and_seed(name: str, run: Run, engine: Watched) -> None:
    outcome = run(name, files(name), bench={"engine": engine}, **ASKED[name], seed=9)
    assert engine.asked.source is not None
    assert (numbers(engine.asked.source.picture) == numbers(photo())).all()
    assert (engine.asked.prompt, engine.asked.style) == (ASKED[name].get("prompt", ""), ASKED[name].get("style"))
    assert (outcome.facts["seed"], outcome.facts["engine"]) == (9, "the tests' sketcher")
    assert "before" in outcome.sides


@pytest.mark.parametrize("name", ASKED)
def test_a_seed_that_is_left_out_is_settled_beforehand(name: str) -> None:
    tool = TOOLS[name]
    params = tool.Params.model_validate(ASKED[name])
    assert getattr(params.settled(), "seed") is not None  # noqa: B009  (not every Params has one)
    assert tool.paints
    assert tool.price_list() == {"": 30}


@pytest.mark.parametrize(("params", "field"), [({}, "prompt"), ({"prompt": "a fox", "strength": 2}, "strength")])
def test_what_is_asked_has_to_make_sense(params: dict[str, object], field: str, run: Run) -> None:
    assert refusal(run, FROM, files(FROM), **params).facts["field"] == field


@pytest.mark.parametrize("name", [FROM, STYLE])
def test_large_pictures_are_painted_smaller(name: str, run: Run, engine: Watched) -> None:
    run(name, file(Image.new("RGB", (3000, 1500), "red"), "PNG"), bench={"engine": engine}, **ASKED[name])
    assert (engine.asked.width, engine.asked.height) == (2048, 1024)


def test_strength_and_words_to_leave_out_are_passed_on(run: Run, engine: Watched) -> None:
    run(FROM, files(FROM), bench={"engine": engine}, prompt="a fox", strength=0.3, negative_prompt="snow", style="neon")
    assert (engine.asked.negative_prompt, engine.asked.style) == ("snow", "neon")
    assert engine.asked.source is not None
    assert engine.asked.source.strength == 0.3


@pytest.mark.parametrize("size", [(240, 180), (2400, 1800)])
def test_only_what_is_marked_changes_at_full_size(size: tuple[int, int], run: Run, engine: Watched) -> None:
    image, marked = photo(*size), mask().resize(size, Image.Resampling.NEAREST)
    given = {"image": file(image, "PNG", compress_level=1), "mask": file(marked, "PNG")}
    after = picture(run(EDIT, given, bench={"engine": engine}, **ASKED[EDIT], seed=3))
    inside = numbers(marked) > 127
    assert after.size == size
    assert (numbers(after)[~inside] == numbers(image)[~inside]).all()
    assert (numbers(after)[inside] == (3, 0, 0)).all(-1).mean() > 0.95  # its edge is soft
    assert max(engine.asked.width, engine.asked.height) <= 2048


def test_of_a_large_picture_the_engine_sees_the_marked_part(run: Run, engine: Watched) -> None:
    image = photo(3000, 2250)
    given = {
        "image": file(image, "PNG", compress_level=1),
        "mask": file(mask(image.size, (1500, 900, 1700, 1100)), "PNG"),
    }
    run(EDIT, given, bench={"engine": engine}, **ASKED[EDIT])
    assert engine.asked.source is not None
    assert (numbers(engine.asked.source.picture) == numbers(image.crop((1259, 659, 1942, 1342)))).all()


def test_a_mask_of_another_size_is_fitted(run: Run, engine: Watched) -> None:
    given = {"image": file(photo(), "PNG"), "mask": file(mask().resize((480, 360)), "PNG")}
    run(EDIT, given, bench={"engine": engine}, **ASKED[EDIT])
    assert engine.asked.source is not None
    assert engine.asked.source.mask is not None
    assert (numbers(engine.asked.source.mask) == numbers(mask())).mean() > 0.99


@pytest.mark.parametrize("other", [mask((180, 240)), Image.new("L", (240, 180)), Image.new("RGBA", (240, 180))])
def test_a_mask_of_another_shape_or_without_marks_is_refused(other: Image.Image, run: Run) -> None:
    refused = refusal(run, EDIT, {"image": file(photo()), "mask": file(other, "PNG")}, **ASKED[EDIT])
    assert (refused.code, refused.facts["field"]) == ("invalid", "mask")


def test_a_mask_that_is_no_picture_is_named(run: Run) -> None:
    refused = refusal(run, EDIT, {"image": file(photo()), "mask": b"words"}, **ASKED[EDIT])
    assert (refused.code, refused.facts["field"]) == ("not_a_picture", "mask")


def test_a_mask_can_mark_by_transparency(run: Run, engine: Watched) -> None:
    clear = Image.new("RGBA", (240, 180), "white")
    clear.putalpha(Image.fromarray(255 - np.asarray(mask())))
    given = {"image": file(photo(), "PNG"), "mask": file(clear, "PNG")}
    run(EDIT, given, bench={"engine": engine}, **ASKED[EDIT], repaint="transparent")
    assert engine.asked.source is not None
    assert engine.asked.source.mask is not None
    assert (numbers(engine.asked.source.mask) == numbers(mask())).all()


@pytest.mark.slow
@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_the_illustrator_paints_it(name: str, mode: str, run: Run, illustrator: Illustrator) -> None:
    image = photo().convert(mode)
    if mode == "RGBA":
        image.putalpha(Image.linear_gradient("L").resize(image.size))
    given = {**files(name), "image": file(image, "PNG")}
    after = picture(run(name, given, bench={"engine": illustrator}, **ASKED[name], seed=5))
    assert (after.size, after.mode) == (image.size, mode)
    assert abs(numbers(after)[..., :3] - numbers(image)[..., :3]).mean() > 1


@pytest.mark.slow
@pytest.mark.parametrize("size", [(1, 1), (3, 400), (17, 9)])
@pytest.mark.parametrize("name", [FROM, STYLE])
def test_tiny_and_narrow_pictures_come_through(
    size: tuple[int, int], name: str, run: Run, illustrator: Illustrator
) -> None:
    image = file(Image.new("RGB", size, "teal"), "PNG")
    assert picture(run(name, image, bench={"engine": illustrator}, **ASKED[name])).size == size
