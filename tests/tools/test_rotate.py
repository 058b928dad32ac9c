"""Rotate and flip."""

import pytest
from PIL import Image

from app.imaging.bounds import Bounds
from tests.tools.conftest import Run
from tests.tools.pictures import ICC, file, film, numbers, photo, picture, refusal

CLOCKWISE = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}


@pytest.mark.parametrize("angle", [*CLOCKWISE, -90, -180, -270])
@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "I;16"])
def test_quarter_turns_change_no_pixel(angle: int, mode: str, run: Run) -> None:
    image = photo().convert("I" if mode == "I;16" else mode).convert(mode)
    turned = picture(run("rotate", file(image, "PNG"), angle=angle))
    assert (numbers(turned) == numbers(image.transpose(CLOCKWISE[angle % 360]))).all()


def test_left_out_it_is_a_quarter_clockwise(run: Run) -> None:
    turned = picture(run("rotate", file(photo(), "PNG")))
    assert (numbers(turned) == numbers(photo().transpose(CLOCKWISE[90]))).all()


@pytest.mark.parametrize(
    ("flip", "how"),
    [("horizontal", Image.Transpose.FLIP_LEFT_RIGHT), ("vertical", Image.Transpose.FLIP_TOP_BOTTOM)],
)
def test_mirroring_alone_turns_nothing(flip: str, how: Image.Transpose, run: Run) -> None:
    mirrored = picture(run("rotate", file(photo(), "PNG"), flip=flip))
    assert (numbers(mirrored) == numbers(photo().transpose(how))).all()


@pytest.mark.parametrize(("format_", "corner"), [("PNG", (0, 0, 0, 0)), ("BMP", (255, 0, 0))])
def test_new_corners_are_clear_or_coloured(format_: str, corner: tuple[int, ...], run: Run) -> None:
    turned = picture(run("rotate", file(photo(), format_), angle=30, color="#ff0000"))
    assert turned.size[0] > 240
    assert turned.getpixel((0, 0)) == corner


def test_deep_greys_get_deep_corners(run: Run) -> None:
    image = Image.new("I;16", (40, 30), 700)
    turned = picture(run("rotate", file(image, "PNG"), angle=45, color="#ffffff"))
    assert (turned.mode, turned.getpixel((0, 0))) == ("I;16", 0xFFFF)
    assert turned.getpixel((turned.width // 2, turned.height // 2)) == 700


@pytest.mark.parametrize("format_", ["GIF", "WEBP", "AVIF"])
@pytest.mark.parametrize("angle", [90, 10])
def test_every_frame_is_turned(format_: str, angle: int, run: Run) -> None:
    assert getattr(picture(run("rotate", film(format_), angle=angle)), "n_frames", 1) == 3


def test_the_profile_stays(run: Run) -> None:
    assert picture(run("rotate", file(photo(), icc_profile=ICC), angle=90)).info["icc_profile"] == ICC


def test_a_slant_that_gets_too_large_is_refused(run: Run) -> None:
    refused = refusal(run, "rotate", file(photo()), bench={"bounds": Bounds(pixels=50_000)}, angle=45)
    assert refused.code == "too_many_pixels"
