"""Two who set one password at the same moment: one of them does."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts import people, resetting
from app.accounts.models import Person
from app.accounts.passwords import hash_password
from app.extensions import db
from app.mail.models import Mail
from app.refusals import Refusal
from tests.conftest import Clock

EMAIL = "ann@limn.example"
OLD, FIRST, SECOND = "the old password", "what came first", "what came second"


@pytest.fixture
def ann(any_app: Flask, time: Clock) -> Person:
    return people.register(EMAIL, OLD, time.now())


@pytest.fixture
def somebody_is_quicker(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Something that happens after the check of a password or link, and before the new one is written."""

    def happens(act: Callable[[], object]) -> None:
        def first(password: str) -> str:
            monkeypatch.setattr(resetting, "hash_password", hash_password)
            act()
            return hash_password(password)

        monkeypatch.setattr(resetting, "hash_password", first)

    return happens


def link() -> str:
    db.session.remove()
    mails = select(Mail).where(Mail.kind == "reset").order_by(Mail.id.desc())
    return str(db.session.scalars(mails).first().facts["link_token"])  # type: ignore[union-attr]


def opens(password: str) -> bool:
    db.session.remove()
    try:
        return bool(people.authenticate(EMAIL, password))
    except Refusal:
        return False


def test_a_link_that_is_used_twice_at_once_sets_one_password(
    ann: Person, time: Clock, somebody_is_quicker: Callable[[Callable[[], object]], None]
) -> None:
    resetting.ask(EMAIL, "", time.now())
    token = link()
    somebody_is_quicker(lambda: resetting.reset(token, FIRST, time.now()))
    with pytest.raises(Refusal, match="used before"):
        resetting.reset(token, SECOND, time.now())
    assert (opens(FIRST), opens(SECOND), opens(OLD)) == (True, False, False)


def test_a_change_does_not_undo_a_reset_that_came_first(
    ann: Person, time: Clock, somebody_is_quicker: Callable[[Callable[[], object]], None]
) -> None:
    """Somebody at a stolen sign-in changes the password while its owner resets it."""
    resetting.ask(EMAIL, "", time.now())
    token = link()
    somebody_is_quicker(lambda: resetting.reset(token, FIRST, time.now()))
    with pytest.raises(Refusal, match="changed a moment ago"):
        resetting.change(ann, OLD, SECOND, time.now())
    assert (opens(FIRST), opens(SECOND)) == (True, False)
