"""Upscale, by Lanczos and by a network."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.imaging.upscale import lanczos, network
from app.tools import TOOLS
from tests.tools.conftest import Run, Told
from tests.tools.onnx_file import enlarging
from tests.tools.pictures import ICC, PLANTED, data, file, numbers, photo, picture, refusal, told


def test_the_price_goes_by_the_scale() -> None:
    assert TOOLS["upscale"].price_list() == {"2": 10, "4": 15, "8": 20}


@pytest.mark.parametrize("scale", ["2", 4, "8"])
def test_it_gets_so_many_times_larger(scale: str | int, run: Run) -> None:
    assert picture(run("upscale", file(photo(50, 40)), scale=scale)).size == (50 * int(scale), 40 * int(scale))


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "I;16"])
def test_modes_stay(mode: str, run: Run) -> None:
    image = photo(50, 40).convert("I" if mode == "I;16" else mode).convert(mode)
    assert picture(run("upscale", file(image, "PNG"))).mode == mode


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_bands_meet_without_a_seam(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    image = photo(120, 200).convert(mode)
    banded = lanczos.enlarged(image, 4)
    monkeypatch.setattr(lanczos, "BAND", 1000)
    assert (numbers(banded) == numbers(lanczos.enlarged(image, 4))).all()


def test_nothing_gets_lighter_or_darker_than_it_was(run: Run) -> None:
    image = Image.new("L", (40, 40), 60)
    image.paste(200, (20, 0, 40, 40))
    assert picture(run("upscale", file(image, "PNG"), scale=4)).getextrema() == (60, 200)


def test_made_small_again_it_is_the_picture(run: Run) -> None:
    small = picture(run("upscale", file(photo(), "PNG"), scale=4)).resize((240, 180), Image.Resampling.BOX)
    assert abs(numbers(small) - numbers(photo())).mean() < 3


@pytest.mark.parametrize(("format_", "after"), [("JPEG", "JPEG"), ("PNG", "PNG"), ("WEBP", "PNG"), ("GIF", "PNG")])
def test_a_jpeg_stays_one_and_all_else_becomes_a_png(format_: str, after: str, run: Run) -> None:
    assert picture(run("upscale", file(photo(50, 40), format_))).format == after


def test_profile_stays_and_metadata_goes(run: Run) -> None:
    outcome = run("upscale", file(photo(50, 40), icc_profile=ICC, exif=told()))
    assert picture(outcome).info["icc_profile"] == ICC
    assert PLANTED not in data(outcome)


def test_what_would_be_too_large_is_refused_with_the_scale_that_fits(run: Run) -> None:
    refused = refusal(run, "upscale", file(Image.new("L", (4000, 300))), scale=8)
    assert (refused.code, refused.facts["fits"]) == ("too_many_pixels", 4)
    assert "4× still fits" in refused.message


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    (tmp_path / network.FILE).write_bytes(enlarging())
    return tmp_path


@pytest.mark.parametrize("scale", [2, 4, 8])
def test_a_network_works_tile_by_tile(scale: int, trained: Path, progress: Told, run: Run) -> None:
    """The tests' network repeats pixels, so that a seam would show."""
    image = photo(300, 210)
    outcome = run("upscale", file(image, "PNG"), scale=scale)
    large = picture(outcome)
    assert outcome.facts["method"] == network.NAME
    assert large.size == (300 * scale, 210 * scale)
    if scale == 4:
        assert (numbers(large) == numbers(image).repeat(4, 0).repeat(4, 1)).all()
    assert [share for share in progress if share] == [0.25, 0.5, 0.75, 1.0]


def test_a_network_keeps_transparency_and_profile(trained: Path, run: Run) -> None:
    image = photo(60, 50).convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    large = picture(run("upscale", file(image, "PNG", icc_profile=ICC), scale=4))
    assert (large.mode, large.info["icc_profile"]) == ("RGBA", ICC)
    assert np.corrcoef(numbers(large)[::4, ::4, 3].ravel(), numbers(image)[..., 3].ravel())[0, 1] > 0.99


def test_a_network_that_nobody_waits_for_stops(trained: Path) -> None:
    class NobodyWaits(Exception):
        pass

    def leave(_: float) -> None:
        raise NobodyWaits

    with pytest.raises(NobodyWaits):
        network.enlarged(photo(), 4, trained / network.FILE, leave)
