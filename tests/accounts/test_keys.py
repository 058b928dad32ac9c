"""API keys: what they look like, whom they open the door for, and for how long."""

from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.accounts import keys, people
from app.accounts.models import ApiKey, Person
from app.extensions import db
from app.refusals import Refusal
from tests.conftest import Clock


@pytest.fixture
def ann(any_app: Flask, time: Clock) -> Person:
    return people.register("ann@limn.example", "correct horse battery", time.now())


def make(person: Person, time: Clock, **options: object) -> tuple[str, ApiKey]:
    return keys.create(person.id, "a program", ["generate", "read"], time.now(), **options)  # type: ignore[arg-type]


def owner(text: str, time: Clock) -> str | None:
    found = keys.person_of(text, time.now())
    return found.email if found else None


def test_a_key_reads_as_one_and_none_is_like_another(app: Flask) -> None:
    made = {keys.new_key() for _ in range(50)}
    assert len(made) == 50
    assert all(keys.well_formed(key) and key.startswith("limn_") and len(key) == 43 for key in made)


@given(st.integers(0, 42), st.sampled_from(keys.ALPHABET))
def test_a_mistyped_letter_is_noticed_without_the_database(place: int, letter: str) -> None:
    key = "limn_" + "0Ab" * 10 + "Zz"
    key = keys._checked(key)
    typed = key[:place] + letter + key[place + 1 :]
    assert keys.well_formed(typed) == (typed == key)


def test_it_opens_the_door_for_its_owner_with_its_scopes(ann: Person, time: Clock) -> None:
    text, _ = make(ann, time)
    found = keys.person_of(text, time.now())
    assert found is not None
    assert found.email == "ann@limn.example"
    assert found.api_key is not None
    assert (found.api_key.may("read"), found.api_key.may("any"), found.api_key.may("tools")) == (True, True, False)
    assert not found.api_key.may(None)


def test_the_database_never_sees_it(ann: Person, time: Clock) -> None:
    text, key = make(ann, time)
    row = {column.name: getattr(key, column.name) for column in ApiKey.__table__.columns}
    assert text not in str(row)
    assert row["start"] == text[:9]


def test_it_ends_on_its_day(ann: Person, time: Clock) -> None:
    text, _ = make(ann, time, expires_at=time.now() + timedelta(days=30))
    assert owner(text, time)
    time.forward(days=30)
    assert owner(text, time) is None
    assert keys.all_of(ann.id, time.now()) == []


def test_a_revoked_one_opens_nothing_and_is_revoked_once(ann: Person, time: Clock) -> None:
    text, key = make(ann, time)
    assert keys.revoke(ann.id, key.id, time.now())
    assert owner(text, time) is None
    assert not keys.revoke(ann.id, key.id, time.now())


def test_nobody_revokes_or_rotates_another_persons(ann: Person, time: Clock) -> None:
    ben = people.register("ben@limn.example", "correct horse battery", time.now())
    text, key = make(ann, time)
    assert not keys.revoke(ben.id, key.id, time.now())
    with pytest.raises(Refusal):
        keys.rotate(ben.id, key.id, timedelta(hours=24), time.now())
    assert owner(text, time) == "ann@limn.example"


def test_after_a_rotation_both_open_until_the_overlap_ends(ann: Person, time: Clock) -> None:
    old, key = make(ann, time)
    new = keys.rotate(ann.id, key.id, timedelta(hours=24), time.now())
    assert (owner(old, time), owner(new, time)) == ("ann@limn.example",) * 2
    time.forward(hours=24)
    assert (owner(old, time), owner(new, time)) == (None, "ann@limn.example")
    [kept] = keys.all_of(ann.id, time.now())
    assert (kept.id, kept.name, kept.start) == (key.id, "a program", new[:9])


def test_revoking_ends_the_one_before_too(ann: Person, time: Clock) -> None:
    old, key = make(ann, time)
    new = keys.rotate(ann.id, key.id, timedelta(hours=24), time.now())
    keys.revoke(ann.id, key.id, time.now())
    assert (owner(old, time), owner(new, time)) == (None, None)


def test_last_used_is_noted_every_five_minutes(ann: Person, time: Clock) -> None:
    text, _ = make(ann, time)
    first = time.now()
    owner(text, time)
    time.forward(minutes=4)
    owner(text, time)
    db.session.expire_all()
    assert [key.used_at for key in keys.all_of(ann.id, time.now())] == [first]
    time.forward(minutes=2)
    owner(text, time)
    db.session.expire_all()
    assert [key.used_at for key in keys.all_of(ann.id, time.now())] == [time.now()]


def test_the_same_request_makes_the_same_key_and_one_row(ann: Person, time: Clock) -> None:
    first, row = make(ann, time, once="request 1")
    again, same = make(ann, time, once="request 1")
    other, _ = make(ann, time, once="request 2")
    assert (first, row.id) == (again, same.id)
    assert other != first
    assert len(keys.all_of(ann.id, time.now())) == 2


def test_it_stays_one_row_after_a_rotation_and_a_revocation(ann: Person, time: Clock) -> None:
    """The old key must not open again because the request that made it comes late."""
    first, row = make(ann, time, once="request 1")
    keys.rotate(ann.id, row.id, timedelta(0), time.now())
    assert make(ann, time, once="request 1")[1].id == row.id
    assert owner(first, time) is None
    keys.revoke(ann.id, row.id, time.now())
    assert make(ann, time, once="request 1")[1].id == row.id
    assert keys.all_of(ann.id, time.now()) == []


def test_a_rotation_that_comes_late_turns_nothing_back(ann: Person, time: Clock) -> None:
    _, key = make(ann, time)
    keys.rotate(ann.id, key.id, timedelta(hours=24), time.now(), "rotation 1")
    newest = keys.rotate(ann.id, key.id, timedelta(hours=24), time.now(), "rotation 2")
    keys.rotate(ann.id, key.id, timedelta(hours=24), time.now(), "rotation 1")
    [kept] = keys.all_of(ann.id, time.now())
    assert kept.start == newest[:9]


def test_the_same_rotation_rotates_once(ann: Person, time: Clock) -> None:
    old, key = make(ann, time)
    new = keys.rotate(ann.id, key.id, timedelta(hours=24), time.now(), "rotation 1")
    assert keys.rotate(ann.id, key.id, timedelta(hours=24), time.now(), "rotation 1") == new
    assert owner(old, time) == "ann@limn.example"


def test_there_is_an_end_to_how_many(ann: Person, time: Clock) -> None:
    for _ in range(keys.MOST_KEYS):
        make(ann, time)
    with pytest.raises(Refusal) as refused:
        make(ann, time)
    assert refused.value.code == "conflict"
    assert len(keys.all_of(ann.id, time.now())) == keys.MOST_KEYS
