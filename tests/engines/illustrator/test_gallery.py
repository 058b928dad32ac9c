"""The contact sheet: one page that shows every style and every setting."""

from pathlib import Path

import pytest
from PIL import Image

from app.engines.illustrator import gallery
from app.engines.illustrator.read import read
from app.engines.illustrator.settings import SETTINGS
from app.engines.illustrator.styles import STYLES
from app.engines.illustrator.words import Words
from tests.engines.illustrator.conftest import ROOT


def test_shows_every_style_and_setting(tmp_path: Path, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gallery, "DEFAULT", index)
    monkeypatch.setattr(gallery, "PROMPTS", gallery.PROMPTS[:1])
    page = gallery.hang(tmp_path / "sheet", size=48).read_text()
    assert page.count("<img") == len(STYLES) + len(gallery.SETTINGS)
    assert len(list((tmp_path / "sheet").glob("*.jpg"))) == page.count("<img")


def test_its_prompts_reach_every_setting(words: Words) -> None:
    assert {read(prompt, words=words).setting for prompt in gallery.SETTINGS} == set(SETTINGS)


def test_the_pictures_for_the_readme_are_small_and_light(
    tmp_path: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gallery, "DEFAULT", index)
    monkeypatch.setattr(gallery, "README", gallery.README[:1])
    gallery.illustrate(tmp_path)
    [large], [small] = tmp_path.glob("*.webp"), tmp_path.glob("small/*.webp")
    for painted, size, heaviest in (large, (640, 426), gallery.HEAVIEST), (small, (320, 213), gallery.LIGHTEST):
        assert painted.stat().st_size <= heaviest
        with Image.open(painted) as picture:
            assert (picture.format, picture.size) == ("WEBP", size)


@pytest.mark.parametrize("folder", ["static/pictures", "static/pictures/small"])
def test_every_picture_of_the_readme_is_there_in_both_sizes(folder: str) -> None:
    there = {path.stem for path in (ROOT / folder).glob("*.webp")}
    assert there == {name for name, *_ in gallery.README}
