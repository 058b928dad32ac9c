"""Files appear whole or not at all, under the right name, and replace nothing unasked."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limn.saving import Naming, extension_of, place, unfinished


def test_a_name_is_taken_as_it_is(tmp_path: Path) -> None:
    naming = Naming.of(tmp_path / "fox.jpeg", "limn")
    assert naming.path(1, ".png") == tmp_path / "fox.jpeg"
    assert naming.path(3, ".png") == tmp_path / "fox-3.jpeg"


def test_further_pictures_give_way(tmp_path: Path) -> None:
    (tmp_path / "fox-2.png").touch()
    naming = Naming.of(tmp_path / "fox.png", "limn")
    assert naming.path(2, ".png") == tmp_path / "fox-2-2.png"
    assert naming.path(2, ".png", overwrite=True) == tmp_path / "fox-2.png"


@pytest.mark.parametrize("folder", ["there", "new/"])
def test_a_folder_takes_pictures_by_their_own_name(tmp_path: Path, folder: str) -> None:
    (tmp_path / "there").mkdir()
    naming = Naming.of(f"{tmp_path}/{folder}", "limn")
    assert naming.path(1, ".png") == tmp_path / folder / "limn.png"


def test_a_name_that_is_taken_is_counted_up(tmp_path: Path) -> None:
    (tmp_path / "fox.png").touch()
    (tmp_path / "fox-2.png").touch()
    assert Naming(tmp_path, "fox", count_up=True).path(1, ".png") == tmp_path / "fox-3.png"


def test_what_is_unfinished_goes(tmp_path: Path) -> None:
    def breaks() -> None:
        with unfinished(tmp_path) as part:
            part.write_bytes(b"half")
            raise ConnectionError

    with pytest.raises(ConnectionError):
        breaks()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("links", [True, False], ids=["links", "a file system without links"])
def test_a_file_that_is_there_stays_unless_it_is_to_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    def no_link(*_: object) -> None:
        raise PermissionError

    if not links:
        monkeypatch.setattr(os, "link", no_link)
    part, target = tmp_path / "part", tmp_path / "fox.png"
    target.write_bytes(b"old")
    part.write_bytes(b"new")

    with pytest.raises(FileExistsError):
        place(part, target, overwrite=False)
    assert target.read_bytes() == b"old"

    place(part, target, overwrite=True)
    assert target.read_bytes() == b"new"

    part.write_bytes(b"another")
    place(part, tmp_path / "owl.png", overwrite=False)
    assert (tmp_path / "owl.png").read_bytes() == b"another"


@pytest.mark.parametrize(
    ("told", "extension"),
    [
        ({"content-disposition": 'inline; filename="photo.HEIC"', "content-type": "image/png"}, ".heic"),
        ({"content-disposition": "inline", "content-type": "image/jpeg"}, ".jpg"),
        ({"content-type": "application/zip; charset=x"}, ".zip"),
        ({"content-disposition": 'attachment; filename="a.b/c"', "content-type": "image/webp"}, ".webp"),
        ({}, ".bin"),
    ],
)
def test_the_ending_is_what_the_server_tells(told: dict[str, str], extension: str) -> None:
    assert extension_of(told) == extension


@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=60))
def test_no_ending_leads_to_another_folder(told: str) -> None:
    found = extension_of({"content-disposition": f'attachment; filename="{told}"'})
    assert found.startswith(".")
    assert found[1:].isalnum()
