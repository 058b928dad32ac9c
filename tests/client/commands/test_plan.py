"""What a command is to do, found out before anything is sent."""

from pathlib import Path

import pytest

from limn.answers import Tool
from limn.commands.journal import Record
from limn.commands.plan import Unit, unit_of_words, units_of_files
from limn.errors import BadFile
from limn.given import refuse_too_large

CONVERT = Tool.of({"name": "convert", "files": [{"name": "image", "required": True, "max_bytes": 2**20}]})


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    for name, content in (("a.png", b"1"), ("a.gif", b"2"), ("b.png", b"1")):
        (tmp_path / name).write_bytes(content)
    return tmp_path


def units(folder: Path, *names: str, output: Path | None = None, out_dir: Path | None = None) -> list[Unit]:
    return units_of_files(CONVERT, [folder / name for name in names], {"option": "jpg"}, output, out_dir)


def test_files_with_the_same_content_are_one_run(photos: Path) -> None:
    [one, other] = units(photos, "a.png", "a.gif", "b.png")
    assert [naming.stem for naming in one.copies] == ["b"]
    assert other.copies == []


def test_files_with_the_same_name_are_told_apart_the_same_way_each_time(photos: Path) -> None:
    for _ in range(2):
        assert [unit.naming.stem for unit in units(photos, "a.png", "a.gif")] == ["a", "a-2"]


def test_results_lie_beside_their_originals_or_where_they_are_sent(photos: Path) -> None:
    assert units(photos, "a.png")[0].naming.folder == photos
    assert units(photos, "a.png", out_dir=photos / "new")[0].naming.folder == photos / "new"
    named = units(photos, "a.png", output=photos / "one.jpeg")[0].naming
    assert named.path(1, ".jpg") == photos / "one.jpeg"


def test_what_lies_where_it_should_is_there(photos: Path) -> None:
    [unit] = units(photos, "a.png")
    result = photos / "a.jpg"
    record = Record(1, "job", (str(result),))

    assert unit.there(record) == []
    result.touch()
    assert unit.there(record) == [result]
    assert unit.there(Record(1, "job")) == []
    assert units(photos, "a.png", out_dir=photos / "new")[0].there(record) == []
    assert units(photos, "a.png", output=photos / "other.jpg")[0].there(record) == []


def test_what_is_in_the_way_is_found(photos: Path) -> None:
    [unit] = units(photos, "a.png")
    assert unit.in_the_way(".jpg") is None
    (photos / "a.jpg").touch()
    assert unit.in_the_way(".jpg") == photos / "a.jpg"


def test_words_that_nobody_named_a_file_for_find_a_free_name(tmp_path: Path) -> None:
    (tmp_path / "a-fox.png").touch()
    unit = unit_of_words("A fox", None, tmp_path)
    assert unit.in_the_way(None) is None
    assert unit.naming.path(1, ".png") == tmp_path / "a-fox-2.png"
    assert len(unit_of_words("a fox " * 100, None, None).source) <= 60
    assert unit_of_words("A fox", tmp_path / "a-fox.png", None).in_the_way(None) == tmp_path / "a-fox.png"


def test_a_file_that_is_named_twice_is_worked_on_once(photos: Path) -> None:
    [unit] = units(photos, "a.png", "a.png")
    assert unit.copies == []


def test_a_file_that_the_server_would_not_take_is_not_sent(photos: Path) -> None:
    refuse_too_large(CONVERT, photos / "a.png")
    (photos / "a.png").write_bytes(b"1" * (2**20 + 1))
    with pytest.raises(BadFile, match="larger than the 1 MB that this server takes"):
        refuse_too_large(CONVERT, photos / "a.png")
