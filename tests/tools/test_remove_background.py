"""Remove background: the built-in method, rembg's models, and other backgrounds."""

import hashlib
import threading
import time
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from app.imaging.cutout import models
from app.toolkit import Outcome
from tests.skips import CORPORA
from tests.thorough import THOROUGH
from tests.tools.conftest import Run
from tests.tools.onnx_file import matting
from tests.tools.pictures import ball, file, numbers, photo, picture, refusal

NAME = "remove-background"


def overlap(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    return float((one & other).sum() / max((one | other).sum(), 1))


def loaded(path: Path) -> Image.Image:
    with Image.open(path) as image:
        image.load()
        return image


def alpha(outcome: Outcome) -> NDArray[np.float32]:
    return numbers(picture(outcome))[..., 3]


def test_the_subject_is_cut_out(run: Run) -> None:
    outcome = run(NAME, file(photo()))
    assert (picture(outcome).format, picture(outcome).mode) == ("PNG", "RGBA")
    assert overlap(alpha(outcome) > 127, ball()) > 0.95


def test_what_is_cut_away_is_not_in_the_file(run: Run) -> None:
    pixels = numbers(picture(run(NAME, file(photo()))))
    assert (pixels[pixels[..., 3] == 0] == 0).all()


def test_the_edge_is_soft_and_free_of_the_old_background(run: Run) -> None:
    pixels = numbers(picture(run(NAME, file(photo(960, 720), quality=95))))
    soft = (pixels[..., 3] > 40) & (pixels[..., 3] < 215)
    assert soft.any()
    assert np.abs(pixels[soft][:, :3].mean(0) - (190, 30, 25)).max() < 45


def test_transparency_that_was_there_stays(run: Run) -> None:
    image = photo().convert("RGBA")
    image.putalpha(0)
    image.paste(photo().crop((120, 0, 240, 180)), (120, 0))
    assert alpha(run(NAME, file(image, "PNG")))[:, :120].max() == 0


@pytest.mark.parametrize("image", [Image.new("RGB", (90, 60), "teal"), Image.new("L", (1, 1)), photo(7, 200)])
def test_pictures_with_nothing_to_tell_apart_come_through(image: Image.Image, run: Run) -> None:
    assert picture(run(NAME, file(image, "PNG"))).size == image.size


def test_a_colour_goes_behind(run: Run) -> None:
    result = picture(run(NAME, file(photo()), background="color", color="#08f"))
    assert result.mode == "RGB"
    assert result.getpixel((2, 2)) == (0, 0x88, 0xFF)
    assert abs(numbers(result)[100, 120] - (190, 30, 25)).max() < 12


def test_a_picture_goes_behind(run: Run) -> None:
    behind = Image.new("RGB", (50, 90), "navy")
    result = picture(run(NAME, {"image": file(photo()), "background_image": file(behind, "PNG")}, background="picture"))
    assert (result.size, result.getpixel((2, 2))) == ((240, 180), (0, 0, 128))


def test_the_picture_behind_is_needed(run: Run) -> None:
    refused = refusal(run, NAME, file(photo()), background="picture")
    assert (refused.code, refused.facts["field"]) == ("invalid", "background_image")


def test_a_picture_behind_that_is_none_is_named(run: Run) -> None:
    files = {"image": file(photo()), "background_image": b"plain words"}
    refused = refusal(run, NAME, files, background="picture")
    assert (refused.code, refused.facts["field"]) == ("not_a_picture", "background_image")


def test_a_blur_leaves_the_subject_and_does_not_glow(run: Run) -> None:
    result = numbers(picture(run(NAME, file(photo()), background="blur", blur=80)))
    assert abs(result[100, 120] - (190, 30, 25)).max() < 12
    assert result[10:40, 5:60].std((0, 1)).max() < 5
    assert (result[..., 0] - result[..., 1])[~ball()].mean() < 5


def test_another_background_takes_the_matte_that_was_kept(run: Run) -> None:
    source = file(photo(1200, 900))
    first = run(NAME, source)
    kept = {"image": source, "matte": first.sides["matte"].data}
    began = time.perf_counter()
    second = run(NAME, kept, background="color", color="#000000")
    assert time.perf_counter() - began < 2
    assert second.sides["matte"].data == first.sides["matte"].data
    assert (numbers(picture(second))[alpha(first) == 0] == 0).all()


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, str]]:
    """A model file shaped like U²-Net's, and the settings that choose it."""
    found = matting()
    monkeypatch.setitem(models.MODELS, "u2netp", models.Model("u2netp.onnx", _md5(found), "MIT"))
    (tmp_path / "u2netp.onnx").write_bytes(found)
    models._session.cache_clear()
    return {"options": {"remove_background_model": "u2netp"}}


def _md5(found: bytes) -> str:
    return hashlib.md5(found, usedforsecurity=False).hexdigest()


@pytest.mark.slow
def test_a_model_of_rembg_makes_the_matte(model: dict[str, dict[str, str]], run: Run) -> None:
    built_in = alpha(run(NAME, file(photo())))
    assert np.abs(alpha(run(NAME, file(photo()), bench=model)) - built_in).mean() > 5


@pytest.mark.slow
def test_a_model_stays_loaded(model: dict[str, dict[str, str]], run: Run) -> None:
    for _ in range(2):
        run(NAME, file(photo()), bench=model)
    assert (models._session.cache_info().hits, models._session.cache_info().misses) == (1, 1)


def test_a_missing_model_is_said_and_never_downloaded(run: Run) -> None:
    refused = refusal(run, NAME, file(photo()), bench={"options": {"remove_background_model": "silueta"}})
    assert refused.code == "helper_missing"
    assert "models fetch silueta" in refused.message


def test_a_damaged_model_is_not_loaded(model: dict[str, dict[str, str]], tmp_path: Path, run: Run) -> None:
    (tmp_path / "u2netp.onnx").write_bytes(b"something else")
    assert refusal(run, NAME, file(photo()), bench=model).code == "helper_missing"


@pytest.mark.parametrize("name", ["bria-rmbg", "sam", "atlascloud", "withoutbg", "../../etc/passwd"])
def test_models_that_may_not_be_used_are_unknown(name: str, run: Run) -> None:
    refused = refusal(run, NAME, file(photo()), bench={"options": {"remove_background_model": name}})
    assert refused.code == "helper_missing"


@pytest.fixture
def source(tmp_path: Path) -> Iterator[str]:
    """A server on loopback that has one file, named as rembg names it."""
    folder = tmp_path / "served"
    folder.mkdir()
    (folder / "u2netp.onnx").write_bytes(b"the file")

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Nothing to say."""

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_a_fetched_model_is_checked(source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="checksum"):
        models.fetch("u2netp", tmp_path / "models", source)
    assert list((tmp_path / "models").iterdir()) == []
    monkeypatch.setitem(models.MODELS, "u2netp", models.Model("u2netp.onnx", _md5(b"the file"), "MIT"))
    assert models.fetch("u2netp", tmp_path / "models", source).read_bytes() == b"the file"


@pytest.mark.slow
@pytest.mark.needs("corpora")
@pytest.mark.parametrize(("folder", "least"), [("ccp", 0.75), ("cats", 0.3)])
def test_real_photos_are_cut_out_as_well_as_before(folder: str, least: float, run: Run) -> None:
    overlaps = []
    step = (40 if folder == "ccp" else 15) * (1 if THOROUGH else 2)
    for path in sorted((CORPORA / folder / "photos").iterdir())[::step]:
        (mask,) = (CORPORA / folder / "masks").glob(f"{path.stem}.*")
        wanted = numbers(loaded(mask).convert("L").resize(loaded(path).size)) > 127
        overlaps.append(overlap(alpha(run(NAME, path.read_bytes())) > 127, wanted))
    assert np.mean(overlaps) > least
