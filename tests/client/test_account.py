"""Which server and which key: as given, else the environment, else what was noted."""

from pathlib import Path

import pytest

from limn.account import NEARBY, Account, address_of, find_account, forget, note, read_noted


@pytest.fixture(autouse=True)
def nothing_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("LIMN_URL", "LIMN_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LIMN_HOME", str(tmp_path / "home"))


def test_without_anything_it_is_the_limn_next_door() -> None:
    assert find_account() == Account(NEARBY, None)


def test_what_is_given_comes_before_the_environment_and_that_before_the_note(monkeypatch: pytest.MonkeyPatch) -> None:
    note(Account("https://noted.example", "noted"))
    assert find_account() == Account("https://noted.example", "noted")

    monkeypatch.setenv("LIMN_URL", "https://set.example/")
    monkeypatch.setenv("LIMN_KEY", "set")
    assert find_account() == Account("https://set.example", "set")
    assert find_account("https://given.example", "given") == Account("https://given.example", "given")


def test_a_noted_key_is_for_its_own_server(monkeypatch: pytest.MonkeyPatch) -> None:
    note(Account("https://noted.example", "noted"))
    monkeypatch.setenv("LIMN_URL", "https://set.example")
    assert find_account().key is None


def test_a_note_is_its_owners_alone() -> None:
    path = note(Account("https://noted.example", "noted"))
    note(Account("https://noted.example", "another"))

    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["login.json"]
    assert find_account().key == "another"


def test_a_note_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    note(Account("https://noted.example", "noted")).write_text("{")
    assert read_noted() is None


def test_forgetting_is_told() -> None:
    note(Account("https://noted.example", "noted"))
    assert (forget(), forget()) == (True, False)


def test_an_address_is_compared_as_it_is_written() -> None:
    assert address_of(" https://Limn.Example/studio/ ") == "https://limn.example/studio"


def test_a_key_does_not_show() -> None:
    assert "noted" not in repr(Account("https://limn.example", "noted"))
