"""A mail is written with what it is about, once for its occasion, and never with anything else."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db, transaction
from app.mail import outbox
from app.mail.models import Mail
from tests.conftest import MakeApp

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
GOOD: dict[str, Any] = {"plan": "Pro", "ends_at": NOW, "amount": 1499, "interval": "month"}


def write(kind: str, occasion: str = "one", origin: str = "", **facts: Any) -> bool:
    with transaction() as tx:
        return outbox.write(tx, kind, occasion, "ann@limn.example", NOW, origin=origin, **facts)


def written() -> list[Mail]:
    db.session.remove()
    return list(db.session.scalars(select(Mail).order_by(Mail.id)))


def test_an_occasion_has_one_mail_however_often_it_is_written(any_app: Flask) -> None:
    assert [write("plan_ended", plan="Pro"), write("plan_ended", plan="Pro")] == [True, False]
    assert write("plan_ended", "another", plan="Pro")
    assert [mail.key for mail in written()] == ["plan_ended:one", "plan_ended:another"]


def test_what_comes_to_nothing_writes_no_mail(app: Flask) -> None:
    with suppress(ValueError), transaction() as tx:
        outbox.write(tx, "plan_ended", "one", "ann@limn.example", NOW, plan="Pro")
        outbox.write(tx, "birthday", "two", "ann@limn.example", NOW)
    assert written() == []


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        ("birthday", {}),
        ("trial_ending", {}),
        ("trial_ending", {**GOOD, "colour": "red"}),
        ("trial_ending", {**GOOD, "amount": "much"}),
        ("trial_ending", {**GOOD, "amount": -1}),
        ("trial_ending", {**GOOD, "interval": "week"}),
        ("trial_ending", {**GOOD, "ends_at": "soon"}),
        ("trial_ending", {**GOOD, "ends_at": "2026-11-20T12:00:00"}),
        ("trial_ending", {**GOOD, "plan": ""}),
        ("verify", {"link_token": "https://evil.example/"}),
    ],
)
def test_what_a_mail_cannot_tell_is_refused_where_it_is_written(app: Flask, kind: str, facts: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"kind|validation error"):
        write(kind, **facts)
    assert written() == []


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ("Pro\r\nBcc: eve@limn.example", "Pro Bcc: eve@limn.example"),
        ("  my\t\x00key\u2028 ", "my key"),
        ("\u200b", "unnamed"),
        ("x" * 300, "x" * 200),
    ],
)
def test_what_people_named_something_stands_on_one_line(app: Flask, named: str, told: str) -> None:
    """A key may be called anything, and its cap is told in the transaction of a job."""
    write("cap_near", what=named, spent=8, cap=10, month="May")
    assert [mail.facts["what"] for mail in written()] == [told]


def test_facts_are_kept_as_json(app: Flask) -> None:
    write("trial_ending", **GOOD)
    write("trial_ending", "two", **GOOD | {"ends_at": NOW.isoformat()})
    assert [mail.facts for mail in written()] == [GOOD | {"ends_at": "2026-11-20T12:00:00Z"}] * 2


def test_a_long_occasion_is_told_apart_from_another(any_app: Flask) -> None:
    assert write("plan_ended", "x" * 300, plan="Pro")
    assert not write("plan_ended", "x" * 300, plan="Pro")
    assert write("plan_ended", "x" * 299 + "y", plan="Pro")


@pytest.mark.parametrize(
    ("settings", "origin"),
    [
        ({}, "http://said.example"),
        ({"MAIL_URL": "smtp://127.0.0.1"}, ""),
        ({"MAIL_URL": "smtp://127.0.0.1", "PUBLIC_URL": "https://limn.example"}, "https://limn.example"),
    ],
)
def test_links_of_what_goes_out_lead_where_a_request_cannot_say(
    make_app: MakeApp, settings: dict[str, str], origin: str
) -> None:
    """A stranger who asks for somebody's new password under another Host would be sent the link to it."""
    with make_app(**settings).app_context():
        write("plan_ended", origin="http://said.example/", plan="Pro")
        assert [mail.origin for mail in written()] == [origin]
