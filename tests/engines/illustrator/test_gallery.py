"""The contact sheet: one page that shows every style and every setting."""

from pathlib import Path

import pytest

from app.engines.illustrator import gallery
from app.engines.illustrator.read import read
from app.engines.illustrator.settings import SETTINGS
from app.engines.illustrator.styles import STYLES
from app.engines.illustrator.words import Words


def test_shows_every_style_and_setting(tmp_path: Path, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gallery, "DEFAULT", index)
    monkeypatch.setattr(gallery, "PROMPTS", gallery.PROMPTS[:1])
    page = gallery.hang(tmp_path / "sheet", size=48).read_text()
    assert page.count("<img") == len(STYLES) + len(gallery.SETTINGS)
    assert len(list((tmp_path / "sheet").glob("*.jpg"))) == page.count("<img")


def test_its_prompts_reach_every_setting(words: Words) -> None:
    assert {read(prompt, words=words).setting for prompt in gallery.SETTINGS} == set(SETTINGS)
