"""Compress."""

from io import BytesIO

import pytest
from PIL import Image

from tests.skips import CORPORA
from tests.tools.conftest import Run
from tests.tools.pictures import PLANTED, data, file, film, numbers, photo, picture, refusal, told

FORMATS = ["JPEG", "WEBP", "AVIF", "PNG", "GIF"]


@pytest.mark.parametrize("format_", FORMATS)
def test_it_gets_smaller_and_stays_what_it_was(format_: str, run: Run) -> None:
    source = file(photo(480, 360), format_, quality=98)
    outcome = run("compress", source, quality=50)
    assert (picture(outcome).format, picture(outcome).size) == (format_, (480, 360))
    assert len(data(outcome)) < 0.9 * len(source)


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("kilobytes", [40, 6])
def test_a_size_is_kept_to(format_: str, kilobytes: int, run: Run) -> None:
    outcome = run("compress", file(photo(480, 360), format_, quality=98), target_kb=kilobytes)
    assert len(data(outcome)) <= kilobytes * 1000
    assert picture(outcome).format == format_


def test_the_room_is_used(run: Run) -> None:
    outcome = run("compress", file(photo(480, 360), quality=98), target_kb=20)
    assert len(data(outcome)) > 15_000
    assert outcome.facts["scale"] == 1


def test_what_does_not_fit_gets_fewer_pixels(run: Run) -> None:
    outcome = run("compress", file(photo(480, 360), quality=98), target_kb=3)
    assert picture(outcome).width < 480
    assert outcome.facts["scale"] == pytest.approx(picture(outcome).width / 480, abs=0.01)


def test_what_fits_already_keeps_its_pixels_and_loses_its_metadata(run: Run) -> None:
    source = file(photo(), quality=60, exif=told())
    outcome = run("compress", source, target_kb=1000)
    assert (numbers(picture(outcome)) == numbers(picture(run("metadata", source, action="strip")))).all()
    assert PLANTED not in data(outcome)


@pytest.mark.parametrize("format_", FORMATS)
def test_it_never_gets_larger(format_: str, run: Run) -> None:
    source = file(photo(), format_, quality=5)
    assert len(data(run("compress", source, quality=100))) <= len(source)


def test_a_drawing_of_few_colours_loses_nothing(run: Run) -> None:
    image = photo().quantize(40).convert("RGB")
    outcome = run("compress", file(image, "PNG", compress_level=0))
    assert (numbers(picture(outcome).convert("RGB")) == numbers(image)).all()


def test_soft_transparency_stays_soft(run: Run) -> None:
    image = photo().convert("RGBA")
    image.putalpha(photo().convert("L"))
    after = picture(run("compress", file(image, "PNG"))).convert("RGBA")
    assert abs(numbers(after)[..., 3] - numbers(image)[..., 3]).mean() < 8


def test_an_animation_keeps_its_frames(run: Run) -> None:
    assert getattr(picture(run("compress", film("GIF"), quality=30)), "n_frames", 1) == 3


def test_a_bitmap_becomes_a_png(run: Run) -> None:
    assert picture(run("compress", file(photo(), "BMP"))).format == "PNG"


def test_what_cannot_be_made_so_small_is_refused(run: Run) -> None:
    refused = refusal(run, "compress", file(photo(), "AVIF"), target_kb=0)
    assert refused.facts["field"] == "target_kb"


def test_what_was_lost_can_be_seen(run: Run) -> None:
    outcome = run("compress", file(photo(), quality=98), quality=3)
    before = numbers(Image.open(BytesIO(outcome.sides["before"].data)))
    assert abs(before - numbers(picture(outcome))).mean() > 4


@pytest.mark.needs("corpora")
def test_photos_reach_their_size_and_look_alike(run: Run) -> None:
    for path in sorted((CORPORA / "ccp/photos").iterdir())[::220]:
        source = path.read_bytes()
        outcome = run("compress", source, target_kb=30)
        assert len(data(outcome)) <= 30_000
        before = picture(run("metadata", source, action="strip")).resize((60, 90))
        assert abs(numbers(picture(outcome).resize((60, 90))) - numbers(before)).mean() < 6
