"""Exact sizes, several pictures and high quality, as other dialects ask for them and nobody else does."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.engines.protocol import OnProgress, Painting, PaintRequest
from app.refusals import Refusal
from app.studio.manual import manual_page
from app.toolkit import Outcome, parse
from app.tools import TOOLS
from app.tools.generate import GenerateParams, WiderGenerateParams, price, size
from tests.cast import Sketcher
from tests.tools.conftest import Told, make_bench
from tests.tools.pictures import file, numbers, photo
from tests.tools.test_painting import illustrator as illustrator
from tests.tools.test_painting import mask

PAINTING = ("generate", "image-to-image", "magic-edit")
ASKED: dict[str, dict[str, Any]] = {
    "generate": {"prompt": "a fox"},
    "image-to-image": {},
    "magic-edit": {"prompt": "a fox"},
}


class Watched(Sketcher):
    asked: PaintRequest

    def paint(self, request: PaintRequest, on_progress: OnProgress) -> list[Painting]:
        self.asked = request
        return super().paint(request, on_progress)


@pytest.fixture
def engine() -> Watched:
    return Watched()


@pytest.fixture
def wide(tmp_path: Path, engine: Watched) -> Any:
    """`wide(tool, **params)`: what a tool makes of its wider parameters."""

    def run(name: str, engine: Any = engine, **params: Any) -> Outcome:
        tool = TOOLS[name]
        files = {"image": file(photo(), "PNG"), "mask": file(mask(), "PNG")}
        bench = make_bench(files, tmp_path, Told(), engine=engine)
        return tool.run(bench, parse(tool.stored_as, {**ASKED[name], **params}).settled())

    return run


def sizes(outcome: Outcome) -> list[tuple[int, int]]:
    return [one.image.size for one in outcome.pictures if isinstance(one, Painting)]


@pytest.mark.parametrize("name", PAINTING)
@pytest.mark.parametrize("quality", ["standard", "high"])
def test_every_picture_has_exactly_the_size(wide: Any, name: str, quality: str) -> None:
    assert sizes(wide(name, size="272x256", count=3, quality=quality)) == [(272, 256)] * 3


@pytest.mark.parametrize("name", PAINTING)
def test_high_quality_is_painted_larger_and_reduced(wide: Any, engine: Watched, name: str) -> None:
    wide(name, size="512x256")
    standard = engine.asked.width
    wide(name, size="512x256", quality="high")
    assert engine.asked.width == round(standard * 1.5)


def test_no_more_is_painted_than_the_largest_size_has(wide: Any, engine: Watched) -> None:
    wide("generate", size="2048x2048", quality="high")
    assert (engine.asked.width, engine.asked.height) == (2048, 2048)


@pytest.mark.parametrize("name", PAINTING)
def test_several_pictures_are_different(wide: Any, name: str) -> None:
    outcome = wide(name, size="256x256", count=10)
    assert len({one.image.tobytes() for one in outcome.pictures}) == 10


@pytest.mark.parametrize("quality", ["standard", "high"])
def test_what_a_mask_does_not_mark_stays_bit_by_bit(wide: Any, illustrator: Any, quality: str) -> None:
    [painting] = wide("magic-edit", engine=illustrator, quality=quality).pictures
    kept = np.asarray(mask()) == 0
    assert (numbers(painting.image)[kept] == numbers(photo())[kept]).all()
    assert not (numbers(painting.image)[~kept] == numbers(photo())[~kept]).all()


def test_pictures_like_one_differ_from_it_and_from_each_other(wide: Any, illustrator: Any) -> None:
    paintings = wide("image-to-image", engine=illustrator, count=3, seed=0).pictures
    seen = [numbers(photo()), *(numbers(one.image) for one in paintings)]
    apart = [np.abs(a - b).mean() for i, a in enumerate(seen) for b in seen[:i]]
    assert min(apart) > 2
    assert len({one.style for one in paintings}) == 3


def test_words_or_a_style_decide_it_for_all_of_them(wide: Any, illustrator: Any) -> None:
    told = wide("image-to-image", engine=illustrator, count=2, style="comic").pictures
    assert {one.style for one in told} == {"comic"}


@pytest.mark.parametrize(
    ("fields", "credit_cost"),
    [
        ({}, 20),
        ({"size": "256x256"}, 20),
        ({"size": "1024x1792"}, 20),
        ({"size": "1536x1536"}, 30),
        ({"size": "2048x2048"}, 50),
        ({"size": "256x256", "quality": "high"}, 30),
        ({"size": "2048x2048", "quality": "high"}, 50),
        ({"size": "1024x1792", "count": 10}, 200),
    ],
)
def test_an_exact_size_costs_what_the_quality_with_as_many_pixels_does(
    fields: dict[str, Any], credit_cost: int
) -> None:
    assert price(WiderGenerateParams(prompt="a fox", **fields)) == credit_cost


def test_without_an_exact_size_it_is_as_ever() -> None:
    for quality in ("standard", "high", "ultra"):
        narrow = GenerateParams(prompt="a fox", aspect_ratio="16:9", quality=quality)
        wider = WiderGenerateParams.model_validate(narrow.model_dump())
        assert (size(narrow), price(narrow)) == (size(wider), price(wider))


@pytest.mark.parametrize("name", PAINTING)
def test_the_tool_itself_takes_none_of_it(name: str) -> None:
    words = {"prompt": "a red fox"}
    for field, value in {"size": "512x512", "kind": "webp", "background": "opaque", "compression": 5}.items():
        with pytest.raises(Refusal, match="There is no field"):
            parse(TOOLS[name].Params, {**words, field: value})


def test_neither_manual_nor_price_list_knows_it() -> None:
    assert "output_compression" not in manual_page()
    assert TOOLS["image-to-image"].price_list() == TOOLS["magic-edit"].price_list() == {"": 30}


def test_an_opaque_background_is_white(wide: Any) -> None:
    class Glass(Sketcher):
        def paint(self, request: PaintRequest, on_progress: OnProgress) -> list[Painting]:
            return [Painting(Image.new("RGBA", (request.width, request.height)), 0, "oil")]

    [opaque] = wide("image-to-image", engine=Glass(), background="opaque").pictures
    [clear] = wide("image-to-image", engine=Glass()).pictures
    assert (opaque.image.mode, opaque.image.getpixel((0, 0))) == ("RGB", (255, 255, 255))
    assert clear.image.mode == "RGBA"
