"""Resize."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from app.imaging.bounds import Bounds
from app.imaging.resize import resize
from tests.tools.conftest import Run
from tests.tools.pictures import ICC, PLANTED, data, file, film, photo, picture, refusal, told


@pytest.mark.parametrize(
    ("params", "size"),
    [
        ({}, (120, 90)),
        ({"percent": 25}, (60, 45)),
        ({"width": 80}, (80, 60)),
        ({"height": 60}, (80, 60)),
        ({"width": 60, "height": 60}, (60, 45)),
        ({"width": 60, "height": 60, "fit": "cover"}, (60, 60)),
        ({"width": 60, "height": 60, "fit": "exact"}, (60, 60)),
        ({"width": 480}, (240, 180)),
        ({"width": 480, "enlarge": True}, (480, 360)),
        ({"width": 360, "height": 360, "fit": "cover"}, (180, 180)),
        ({"width": 1, "height": 1}, (1, 1)),
    ],
)
def test_the_size_is_what_was_asked_for(params: dict[str, object], size: tuple[int, int], run: Run) -> None:
    assert picture(run("resize", file(photo()), **params)).size == size


def test_filling_cuts_and_stretching_squeezes(run: Run) -> None:
    image = Image.new("RGB", (90, 30), "red")
    image.paste("blue", (30, 0, 60, 30))
    filled, squeezed = (
        picture(run("resize", file(image, "PNG"), width=30, height=30, fit=fit)) for fit in ("cover", "exact")
    )
    assert filled.getpixel((2, 15)) == (0, 0, 255)
    assert squeezed.getpixel((2, 15)) == (255, 0, 0)


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"])
def test_the_format_stays(format_: str, run: Run) -> None:
    assert picture(run("resize", file(photo(), format_), width=50)).format == format_


def test_what_is_only_read_becomes_a_png(run: Run) -> None:
    assert picture(run("resize", file(photo(), "TGA"), width=50)).format == "PNG"


@pytest.mark.parametrize("format_", ["GIF", "WEBP", "AVIF"])
def test_animations_keep_moving(format_: str, run: Run) -> None:
    small = picture(run("resize", film(format_), width=30))
    assert (small.size, getattr(small, "n_frames", 1), small.info["duration"]) == ((30, 20), 3, 100)


def test_all_pages_of_a_tiff_are_resized(run: Run) -> None:
    pages = file(photo(), "TIFF", save_all=True, append_images=[photo(120, 120)])
    small = picture(run("resize", pages, width=60))
    small.seek(1)
    assert small.size == (60, 60)


def test_transparency_and_profile_stay_and_metadata_goes(run: Run) -> None:
    image = photo().convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    outcome = run("resize", file(image, "PNG", icc_profile=ICC, exif=told()), width=100)
    small = picture(outcome)
    assert (small.mode, small.info["icc_profile"]) == ("RGBA", ICC)
    assert small.getchannel("A").getextrema()[0] < 10  # type: ignore[operator]
    assert PLANTED not in data(outcome)
    assert outcome.facts["location_removed"] is True


def test_a_result_beyond_the_bounds_is_refused(run: Run) -> None:
    bounds = Bounds(pixels=100_000)
    refused = refusal(run, "resize", file(photo()), bench={"bounds": bounds}, width=2000, enlarge=True)
    assert refused.code == "too_many_pixels"


def test_what_came_in_and_out_can_be_looked_at(run: Run) -> None:
    outcome = run("resize", file(photo()), width=50)
    assert set(outcome.sides) == {"before", "thumb"}  # a small JPEG shows itself
    assert {name: outcome.facts[name] for name in ("format_in", "format_out", "width_in", "height_in")} == {
        "format_in": "JPG",
        "format_out": "JPG",
        "width_in": 240,
        "height_in": 180,
    }


def test_a_jpeg_that_gets_much_smaller_is_as_sharp_as_from_all_its_pixels() -> None:
    whole = photo(2400, 1600)
    out = BytesIO()
    turned = Image.Exif()
    turned[0x0112] = 6
    whole.save(out, "JPEG", quality=95, exif=turned)
    made = resize(out.getvalue(), bounds=Bounds(), width=200)
    upright = whole.transpose(Image.Transpose.ROTATE_270)
    best = np.asarray(upright.resize((200, 300), Image.Resampling.LANCZOS), float)
    with Image.open(BytesIO(made.files[0].data)) as small:
        assert small.size == (200, 300)
        assert np.abs(np.asarray(small, float) - best).mean() < 2
    assert (made.facts["width_in"], made.facts["height_in"]) == (1600, 2400)
