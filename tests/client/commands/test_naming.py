"""Results are called so that people know them again."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.imaging.kinds import WRITTEN
from app.tools import TOOLS
from limn.commands.naming import ADDED, ENDINGS, LONGEST, really, stem_for, stem_of_prompt, taken
from tests.cast import png

HERE, PHOTO = Path("photos"), Path("photos/photo.jpg")


@pytest.mark.parametrize(
    ("tool", "options", "stem"),
    [
        ("convert", {"option": "png"}, "photo"),
        ("convert", {"option": "jpg"}, "photo-converted"),
        ("remove-background", {}, "photo-no-background"),
        ("upscale", {}, "photo-2x"),
        ("upscale", {"scale": "8"}, "photo-8x"),
        ("restyle", {"style": "oil"}, "photo-oil"),
        ("metadata", {"action": "strip"}, "photo-clean"),
        ("a-tool-of-tomorrow", {}, "photo-a-tool-of-tomorrow"),
    ],
)
def test_a_result_says_what_was_done(tool: str, options: dict[str, str], stem: str) -> None:
    assert stem_for(tool, options, PHOTO, HERE) == stem


def test_in_another_folder_nothing_is_in_the_way() -> None:
    assert stem_for("convert", {"option": "jpg"}, PHOTO, Path("elsewhere")) == "photo"


@pytest.mark.parametrize("tool", [tool.name for tool in TOOLS.values() if tool.files])
def test_every_tool_that_takes_files_has_a_word_for_it(tool: str) -> None:
    assert tool == "convert" or tool in ADDED


def test_every_format_that_is_written_is_looked_for() -> None:
    assert {f".{kind.extension}" for kind in WRITTEN} <= set(ENDINGS)


def test_a_prompt_makes_a_name() -> None:
    assert stem_of_prompt("A Café by the sea, at night!") == "a-cafe-by-the-sea-at-night"
    assert stem_of_prompt("猫") == "picture"


@given(st.text(max_size=2000))
def test_any_prompt_makes_a_name_that_every_file_system_takes(prompt: str) -> None:
    stem = stem_of_prompt(prompt)
    assert 0 < len(stem) <= LONGEST
    assert set(stem) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not stem.startswith("-")


def test_a_name_is_taken_by_any_picture_where_the_ending_is_not_known(tmp_path: Path) -> None:
    (tmp_path / "photo.webp").touch()
    assert taken(tmp_path, "photo", None) == tmp_path / "photo.webp"
    assert taken(tmp_path, "photo", ".webp") == tmp_path / "photo.webp"
    assert taken(tmp_path, "photo", ".jpg") is None
    assert taken(tmp_path, "pho", None) is None


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        (png(), ".png"),
        (b"\xff\xd8\xff\xe0", ".jpg"),
        (b"RIFF\0\0\0\0WEBP", ".webp"),
        (b"RIFF\0\0\0\0WAVE", None),
        (b"", None),
    ],
)
def test_a_file_is_what_it_holds(tmp_path: Path, content: bytes, ending: str | None) -> None:
    (tmp_path / "file").write_bytes(content)
    assert really(tmp_path / "file") == ending
