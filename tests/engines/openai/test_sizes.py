"""Which size is asked for."""

import pytest

from app.engines.openai.manners import Manners
from app.engines.openai.sizes import nearest, rounded
from app.tools.generate import SCALE, SIZES

GPT = ((1024, 1024), (1536, 1024), (1024, 1536))


@pytest.mark.parametrize(
    ("wanted", "asked"),
    [
        ((1024, 1024), (1024, 1024)),
        ((1280, 720), (1536, 1024)),
        ((720, 1280), (1024, 1536)),
        ((1152, 864), (1536, 1024)),
        ((1100, 1000), (1024, 1024)),
    ],
)
def test_of_few_sizes_the_one_of_the_closest_shape(wanted: tuple[int, int], asked: tuple[int, int]) -> None:
    assert nearest(wanted, GPT) == asked


def test_of_one_shape_the_smallest_that_is_large_enough() -> None:
    squares = ((256, 256), (512, 512), (1024, 1024))

    assert [nearest((side, side), squares)[0] for side in (100, 512, 600, 2000)] == [256, 512, 1024, 1024]


@pytest.mark.parametrize(
    ("wanted", "asked"),
    [((1000, 700), (1008, 704)), ((40, 30), (352, 256)), ((2048, 100), (2048, 688)), ((3136, 1344), (3120, 1328))],
)
def test_sizes_are_rounded_within_bounds(wanted: tuple[int, int], asked: tuple[int, int]) -> None:
    assert rounded(wanted) == asked


@pytest.mark.parametrize("ratio", SIZES)
@pytest.mark.parametrize("quality", SCALE)
def test_each_of_our_sizes_can_be_asked_for(ratio: str, quality: str) -> None:
    width, height = (round(side * SCALE[quality]) for side in SIZES[ratio])
    for name in ("", "gpt-image-2.5-flare"):
        pixels = Manners.of(name).pixels
        asked = rounded((width, height), pixels)

        assert pixels[0] <= asked[0] * asked[1] <= pixels[1]
        assert (asked[0] % 16, asked[1] % 16) == (0, 0)
        assert max(asked) <= 3 * min(asked)
        assert asked[0] / asked[1] == pytest.approx(width / height, rel=0.05)


@pytest.mark.parametrize(("name", "known"), [("openai/gpt-image-1.5", True), ("dall-e-3", True), ("flux", False)])
def test_what_is_known_goes_by_the_name(name: str, known: bool) -> None:
    assert bool(Manners.of(name).sizes) is known
