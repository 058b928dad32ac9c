"""What every storage is held to: whole or nothing, and nothing outside."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest

from app.storage import Folder, Storage

KEY = "ab/abc-1-1-result.png"

STORAGES: dict[str, Callable[[Path], Storage]] = {"folder": lambda path: Folder(path / "files")}


@pytest.fixture(params=STORAGES)
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    return STORAGES[request.param](tmp_path)


def keys(storage: Storage) -> set[str]:
    return {stored.key for stored in storage.stored()}


def read(storage: Storage, key: str) -> bytes:
    with storage.open(key) as file:
        return file.read()


@pytest.mark.parametrize("data", [b"", b"a picture", os.urandom(3_000_000)], ids=["empty", "small", "large"])
def test_what_was_put_can_be_opened(storage: Storage, data: bytes) -> None:
    storage.put(KEY, data)
    assert read(storage, KEY) == data


def test_a_part_can_be_read(storage: Storage) -> None:
    storage.put(KEY, b"0123456789")
    with storage.open(KEY) as file:
        file.seek(4)
        assert file.read(3) == b"456"


def test_a_key_that_exists_is_replaced(storage: Storage) -> None:
    storage.put(KEY, b"a long first version")
    storage.put(KEY, b"second")
    assert read(storage, KEY) == b"second"


def test_whoever_reads_the_old_one_reads_it_to_the_end(storage: Storage) -> None:
    storage.put(KEY, b"first")
    with storage.open(KEY) as file:
        storage.put(KEY, b"again")
        assert file.read() == b"first"


def test_what_is_not_there_is_not_found(storage: Storage) -> None:
    with pytest.raises(FileNotFoundError):
        storage.open(KEY)


def test_what_was_deleted_is_gone_and_can_be_deleted_again(storage: Storage) -> None:
    storage.put(KEY, b"a picture")
    storage.delete(KEY)
    storage.delete(KEY)
    with pytest.raises(FileNotFoundError):
        storage.open(KEY)


def test_everything_is_listed_with_its_time(storage: Storage) -> None:
    assert keys(storage) == set()
    for key in (KEY, "ab/other.png", "cd/third.webp"):
        storage.put(key, b"a picture")
    assert keys(storage) == {KEY, "ab/other.png", "cd/third.webp"}
    assert all(abs(datetime.now(UTC) - stored.at) < timedelta(minutes=1) for stored in storage.stored())


@pytest.mark.parametrize("key", ["../out.png", "ab/../../out.png", "/out.png", ".."])
def test_a_key_that_leads_out_is_refused(storage: Storage, tmp_path: Path, key: str) -> None:
    for use in (lambda: storage.put(key, b"x"), lambda: storage.open(key), lambda: storage.delete(key)):
        with pytest.raises(ValueError, match="leads out"):
            use()
    assert list(tmp_path.rglob("out.png")) == []


def test_a_writer_that_fails_leaves_what_was_there(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError("no space left on device")

    storage.put(KEY, b"first")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        storage.put(KEY, b"second")
    assert read(storage, KEY) == b"first"
    assert keys(storage) == {KEY}


def die_while_writing(storage: Storage) -> None:
    os.fsync = lambda _: os._exit(9)  # type: ignore[assignment]
    storage.put(KEY, b"a picture")


def test_a_writer_that_dies_leaves_nothing_under_the_key(storage: Storage) -> None:
    writer = get_context("spawn").Process(target=die_while_writing, args=(storage,))
    writer.start()
    writer.join()
    assert writer.exitcode == 9
    with pytest.raises(FileNotFoundError):
        storage.open(KEY)
    left = keys(storage)
    assert len(left) == 1, "what it left is listed, so that pruning finds it"
    for key in left:
        storage.delete(key)
    assert keys(storage) == set()


def test_several_files_are_stored_at_once(storage: Storage) -> None:
    files = {f"ab/{number}.png": bytes([number]) * 100 for number in range(5)}
    storage.put_all(files)
    assert keys(storage) == set(files)
    assert {key: read(storage, key) for key in files} == files
