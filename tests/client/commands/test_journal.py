"""A journal tells after any crash what was done, and belongs to one process at a time."""

import os
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from limn.commands.journal import KEPT, Journal, Record, digest_of, fingerprint, journal_for

DIGESTS = st.text("0123456789abcdef", min_size=4, max_size=4)
RECORDS = st.builds(
    Record,
    attempt=st.integers(1, 9),
    job_id=st.none() | st.text(min_size=1, max_size=22),
    saved=st.lists(st.text(min_size=1), max_size=2).map(tuple),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "batches" / "one.jsonl"


def test_nothing_is_noted_at_first(path: Path) -> None:
    with Journal(path) as journal:
        assert journal.of("a file") == Record()
        assert journal.nonce == ""


def test_what_was_noted_is_there_another_time(path: Path) -> None:
    with Journal(path) as journal:
        journal.note("a file", Record(1, "job", ()))
        journal.note("a file", Record(1, "job", ("photo.jpg",)))
    with Journal(path) as journal:
        assert journal.of("a file") == Record(1, "job", ("photo.jpg",))


def test_what_came_to_nothing_is_tried_as_another_run(path: Path) -> None:
    with Journal(path) as journal:
        journal.note("a file", Record(2, "job", ()))
        assert journal.again("a file") == Record(3)
    with Journal(path) as journal:
        assert journal.of("a file") == Record(3)


def test_starting_over_forgets_and_is_not_mistaken_for_before(path: Path) -> None:
    with Journal(path) as journal:
        journal.note("a file", Record(1, "job"))
        journal.start_over("by chance")
    with Journal(path) as journal:
        assert journal.of("a file") == Record()
        assert journal.nonce == "by chance"


@settings(max_examples=50)
@given(notes=st.lists(st.tuples(DIGESTS, RECORDS), min_size=1, max_size=5), torn=st.integers(0, 400))
def test_whatever_a_crash_leaves_is_read(
    tmp_path_factory: pytest.TempPathFactory, notes: list[tuple[str, Record]], torn: int
) -> None:
    path = tmp_path_factory.mktemp("journal") / "one.jsonl"
    with Journal(path) as journal:
        for digest, record in notes:
            journal.note(digest, record)
    whole = path.read_bytes()
    path.write_bytes(whole[: max(0, len(whole) - torn)])

    with Journal(path) as journal:
        journal.note("later", Record(1, "job"))
    with Journal(path) as journal:
        assert journal.of("later") == Record(1, "job")
        if not torn:
            assert all(journal.of(digest) == record for digest, record in dict(notes).items())


def test_lines_that_make_no_sense_are_passed_over(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('[]\n"x"\n{"file": "a", "attempt": "many"}\n{"file": "b", "job_id": "job", "saved": 7}\n')
    with Journal(path) as journal:
        assert journal.of("a") == Record()
        assert journal.of("b") == Record(1, "job")


def test_two_do_not_write_at_once(path: Path) -> None:
    with Journal(path), pytest.raises(BlockingIOError):
        Journal(path)
    with Journal(path) as journal:
        assert journal.of("a file") == Record()


def test_a_journal_of_long_ago_goes(path: Path) -> None:
    old = path.with_name("old.jsonl")
    old.parent.mkdir()
    old.touch()
    os.utime(old, (0, time.time() - KEPT - 60))
    with Journal(path):
        assert not old.exists()


def test_what_is_asked_decides_where_the_journal_lies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LIMN_HOME", str(tmp_path))
    assert journal_for("convert", {"a": 1, "b": 2}) == journal_for("convert", {"b": 2, "a": 1})
    assert journal_for("convert", {"a": 1}) != journal_for("convert", {"a": 2})


@given(st.lists(st.text()), st.lists(st.text()))
def test_only_the_same_has_the_same_fingerprint(one: list[str], other: list[str]) -> None:
    assert (fingerprint(*one) == fingerprint(*other)) == (one == other)


def test_a_file_is_known_by_its_content(tmp_path: Path) -> None:
    for name, content in (("a", b"1"), ("b", b"1"), ("c", b"2")):
        (tmp_path / name).write_bytes(content)
    assert digest_of(tmp_path / "a") == digest_of(tmp_path / "b") != digest_of(tmp_path / "c")
