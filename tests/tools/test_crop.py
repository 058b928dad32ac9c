"""Crop."""

import numpy as np
import pytest
from PIL import Image

from app.imaging.crop import placed
from app.tools import TOOLS
from tests.skips import CORPORA
from tests.tools.conftest import Run
from tests.tools.pictures import ball, file, film, numbers, photo, picture, refusal

RATIOS = [value for value in TOOLS["crop"].Params.choices("ratio") if value != "free"]


@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("size", [(240, 180), (90, 300)])
def test_a_shape_is_as_large_as_fits(ratio: str, size: tuple[int, int], run: Run) -> None:
    cropped = picture(run("crop", file(photo(*size)), ratio=ratio))
    wide, tall = (float(part) for part in ratio.split(":"))
    assert cropped.width == pytest.approx(cropped.height * wide / tall, abs=2)
    assert cropped.width == size[0] or cropped.height == size[1]


@pytest.mark.parametrize("x", [0.2, 0.5, 0.8])
def test_what_stands_out_stays_in_view(x: float, run: Run) -> None:
    cropped = picture(run("crop", file(photo(600, 200, (x, 0.55))), ratio="1:1"))
    red = numbers(cropped)[..., 0] - numbers(cropped)[..., 1] > 80
    assert red.sum() > 0.9 * ball(600, 200).sum()


def test_the_middle_can_be_kept_instead(run: Run) -> None:
    cropped = picture(run("crop", file(photo(600, 200, (0.1, 0.5)), "PNG"), ratio="1:1", focus="center"))
    assert (numbers(cropped) == numbers(photo(600, 200, (0.1, 0.5)).crop((200, 0, 400, 200)))).all()


def test_a_rectangle_is_cut_to_the_pixel(run: Run) -> None:
    image = photo()
    cropped = picture(run("crop", file(image, "PNG"), ratio="free", x=20, y=30, width=50, height=40))
    assert (numbers(cropped) == numbers(image.crop((20, 30, 70, 70)))).all()


def test_what_sticks_out_is_cut(run: Run) -> None:
    assert picture(run("crop", file(photo()), ratio="free", x=200, y=30, width=500, height=40)).size == (40, 40)


def test_a_rectangle_beside_the_picture_is_refused(run: Run) -> None:
    refused = refusal(run, "crop", file(photo()), ratio="free", x=0, y=180, width=5, height=5)
    assert (refused.code, refused.facts["field"]) == ("invalid", "y")


def test_a_rectangle_needs_width_and_height(run: Run) -> None:
    assert refusal(run, "crop", file(photo()), ratio="free", width=5).facts["field"] == "height"


@pytest.mark.parametrize("format_", ["GIF", "WEBP", "AVIF"])
def test_every_frame_is_cut_alike(format_: str, run: Run) -> None:
    cropped = picture(run("crop", film(format_), ratio="1:1", focus="center"))
    assert (cropped.size, getattr(cropped, "n_frames", 1)) == ((40, 40), 3)


def test_a_picture_of_a_few_pixels_is_cropped_too(run: Run) -> None:
    assert picture(run("crop", file(Image.new("RGB", (5, 2), "red"), "PNG"))).size == (2, 2)


@pytest.mark.needs("corpora")
def test_of_most_people_the_head_stays_in_view() -> None:
    """The masks of these photos are whole people: their upper eighth is the head, or most of it."""
    kept = []
    for path in sorted((CORPORA / "ccp/photos").iterdir())[::80]:
        with Image.open(path) as image, Image.open(CORPORA / "ccp/masks" / f"{path.stem}.png") as mask:
            rows = np.flatnonzero((numbers(mask.convert("L")) > 127).any(1))
            _, top, _, bottom = placed(image.convert("RGB"), 1.0, automatic=True)
        head = rows[0], rows[0] + len(rows) / 8
        kept.append((min(head[1], bottom) - max(head[0], top)) / (head[1] - head[0]) > 0.6)
    assert np.mean(kept) > 0.7
