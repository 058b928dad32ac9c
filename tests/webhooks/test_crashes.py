"""The power goes out between any two lines: no end of a job goes untold, and what is told twice has one id."""

from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import select

from app.credits import wallet
from app.extensions import db, transaction
from app.jobs import lifecycle, telling
from app.jobs.heart import Heart
from app.jobs.lifecycle import LEASE
from app.jobs.models import Job
from app.webhooks import delivering, outbox, receiver
from app.webhooks.models import Attempt, Delivery
from tests.cast import Cast, Person, Studio
from tests.conftest import Clock
from tests.jobs.test_crashes import cut_before_every_line_of
from tests.webhooks.conftest import deliver
from tests.webhooks.receiver import Receiver

TRANSACTION = transaction.__wrapped__  # type: ignore[attr-defined]
POSTING = (telling.tell, outbox.post, outbox._write, outbox.wake_after, receiver.held, TRANSACTION)
FINISHING = (lifecycle.finish, wallet.capture, *POSTING)
CANCELING = (lifecycle.cancel, lifecycle._end, wallet.release, *POSTING)
DELIVERING = (delivering.deliver_next, delivering.claim, delivering._try, delivering._record, TRANSACTION)


@pytest.fixture
def pia(any_app: Flask, time: Clock) -> Person:
    return Cast(any_app).pia


@pytest.fixture
def studio(any_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Studio:
    """Works without heartbeats, which a power cut takes along."""
    monkeypatch.setattr(Heart, "__enter__", lambda heart: heart)
    monkeypatch.setattr(Heart, "__exit__", lambda *_: None)
    return Studio(any_app)


def assert_every_job_is_told_of_once(kind: str) -> None:
    db.session.remove()
    jobs = db.session.scalars(select(Job.id)).all()
    told = Counter(map(tuple, db.session.execute(select(Delivery.type, Delivery.job_id))))
    assert told == {(kind, job_id): 1 for job_id in jobs}


def test_while_a_job_is_finished(pia: Person, studio: Studio, receiver: Receiver, time: Clock) -> None:
    for cut in cut_before_every_line_of(FINISHING):
        pia.starts(webhook_url=receiver.url)
        claim = lifecycle.claim("illustrator", time.now())
        assert claim
        with cut:
            lifecycle.finish(claim, [], {}, time.now())
        time.forward(seconds=LEASE.total_seconds() + 1)
        while again := lifecycle.claim("illustrator", time.now()):
            lifecycle.finish(again, [], {}, time.now())
    assert_every_job_is_told_of_once("job.succeeded")


def test_while_a_job_is_canceled(pia: Person, studio: Studio, receiver: Receiver) -> None:
    for cut in cut_before_every_line_of(CANCELING):
        job_id = pia.starts(webhook_url=receiver.url)
        with cut:
            pia.post(f"/api/job/{job_id}/cancellation")
        pia.post(f"/api/job/{job_id}/cancellation")
    assert_every_job_is_told_of_once("job.canceled")


def test_while_a_message_is_delivered(pia: Person, receiver: Receiver, time: Clock) -> None:
    for cut in cut_before_every_line_of(DELIVERING):
        pia.post(f"/api/job/{pia.starts(webhook_url=receiver.url)}/cancellation")
        with cut:
            delivering.deliver_next()
        time.forward(seconds=delivering.LEASE.total_seconds() + 1)
        deliver()
    messages = db.session.scalars(select(Delivery)).all()
    assert {message.state for message in messages} == {"delivered"}
    came = Counter(message.id for message in receiver.got)
    assert came.keys() == {message.message for message in messages}
    assert max(came.values()) == 2  # between the answer and the note of it nothing can know
    noted = Counter(db.session.scalars(select(Attempt.delivery_id)))
    assert noted.keys() == {message.id for message in messages}
