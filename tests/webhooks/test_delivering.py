"""Delivering: claimed once, tried for a day, noted whatever came of it."""

import threading
from datetime import timedelta
from itertools import pairwise

import pytest
from flask import Flask
from sqlalchemy import select

from app.extensions import db
from app.webhooks import delivering, log, receiver, sending
from app.webhooks.delivering import JITTER, LEASE, RETRIES
from app.webhooks.models import Attempt, Delivery, Webhook
from tests.cast import Cast
from tests.conftest import Clock
from tests.services import free_port
from tests.webhooks.conftest import deliver
from tests.webhooks.receiver import Receiver, hangs, says

LONG_ENOUGH = 30  # moves of the clock


@pytest.fixture
def cast(any_app: Flask, time: Clock) -> Cast:
    return Cast(any_app)


def ends_a_job(cast: Cast, url: str) -> None:
    """One message to this address."""
    cast.ann.post(f"/api/job/{cast.ann.starts(webhook_url=url)}/cancellation")


def only() -> Delivery:
    db.session.remove()
    return db.session.scalars(select(Delivery)).one()


def tries() -> list[Attempt]:
    return list(db.session.scalars(select(Attempt).order_by(Attempt.id)))


def secret_of(cast: Cast) -> str:
    return str(cast.ann.get("/api/webhooks").json["secret"])


def test_a_message_is_delivered_signed_and_once(cast: Cast, receiver: Receiver, time: Clock) -> None:
    ends_a_job(cast, receiver.url)
    assert deliver() == 1
    assert deliver() == 0
    [message] = receiver.got
    assert message.verified(secret_of(cast), time.now())["type"] == "job.canceled"
    assert (only().state, only().message) == ("delivered", message.id)
    [attempt] = tries()
    assert (attempt.status, attempt.error, attempt.at) == (200, "", time.now())


def test_a_receiver_that_stumbles_is_told_again_under_the_same_id(cast: Cast, receiver: Receiver, time: Clock) -> None:
    receiver.answers(says(500, "the database is away"))
    ends_a_job(cast, receiver.url)
    assert deliver() == 1
    assert only().state == "pending"
    time.forward(seconds=6)
    assert deliver() == 1
    first, second = receiver.got
    assert (first.id, first.body) == (second.id, second.body)
    assert second.verified(secret_of(cast), time.now())  # its time is the try's
    assert [(attempt.status, attempt.answer) for attempt in tries()] == [(500, "the database is away"), (200, "")]
    assert only().state == "delivered"


def test_nobody_home_is_tried_for_a_day_with_longer_and_longer_waits(cast: Cast, time: Clock) -> None:
    began = time.now()
    ends_a_job(cast, f"http://127.0.0.1:{free_port()}/")
    for _ in range(LONG_ENOUGH):
        assert deliver() == 1
        if only().state == "failed":
            break
        time.time = only().next_at
        assert deliver_early(time) == 0
    moments = [attempt.at for attempt in tries()]
    waits = [later - earlier for earlier, later in pairwise(moments)]
    assert len(waits) == len(RETRIES)
    for wait, planned in zip(waits, RETRIES, strict=True):
        assert planned * (1 - JITTER) <= wait <= planned * (1 + JITTER)
    assert timedelta(hours=22) < moments[-1] - began < timedelta(hours=25)
    assert all("takes no connections" in attempt.error for attempt in tries())
    time.forward(days=2)
    assert deliver() == 0


def deliver_early(time: Clock) -> int:
    """A moment before it is due."""
    time.forward(microseconds=-1)
    tries = deliver()
    time.forward(microseconds=1)
    return tries


def test_the_waits_add_up_to_a_day() -> None:
    assert timedelta(hours=23) < sum(RETRIES, timedelta()) < timedelta(hours=24)
    assert list(RETRIES) == sorted(RETRIES)


def test_what_failed_together_does_not_come_back_together(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len({delivering._wait(5) for _ in range(50)}) > 10


def test_gone_ends_it_at_once(cast: Cast, receiver: Receiver) -> None:
    receiver.answers(says(410))
    ends_a_job(cast, receiver.url)
    deliver()
    assert only().state == "failed"
    assert tries()[0].error == "It wants no more messages of this kind."


def test_a_receiver_that_asks_for_patience_gets_some(cast: Cast, receiver: Receiver, time: Clock) -> None:
    receiver.answers(says(429, Retry_After="600"), says(503, Retry_After="999999"))
    ends_a_job(cast, receiver.url)
    deliver()
    assert only().next_at == time.now() + timedelta(minutes=10)
    time.forward(minutes=10)
    deliver()
    assert only().next_at == time.now() + timedelta(hours=1)


def test_a_redirect_is_no_delivery_and_says_why(cast: Cast, receiver: Receiver) -> None:
    receiver.answers(says(301, Location="http://127.0.0.1:1/"))
    ends_a_job(cast, receiver.url)
    deliver()
    assert only().state == "pending"
    assert "follow no redirects" in tries()[0].error


def test_an_error_of_our_own_is_noted_and_tried_again(
    cast: Cast, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ends_a_job(cast, receiver.url)
    with monkeypatch.context() as broken:
        broken.setattr(sending, "_post", lambda *_: 1 / 0)
        deliver()
    assert (only().state, tries()[0].error) == ("pending", "This could not be sent, and it is our fault.")
    assert "ZeroDivisionError" in caplog.text


def test_two_deliverers_at_once_deliver_once(any_app: Flask, cast: Cast, receiver: Receiver) -> None:
    patrons = [cast.ann, cast.ben, cast.pia]
    for patron in patrons:
        patron.post(f"/api/job/{patron.starts(webhook_url=receiver.url)}/cancellation")
    start, found = threading.Barrier(4), []

    def work() -> None:
        with any_app.app_context():
            start.wait()
            for _ in range(len(patrons)):
                found.append(delivering.deliver_next())
                db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(message.id for message in receiver.got) == sorted({message.id for message in receiver.got})
    assert len(receiver.got) == found.count(True) == len(patrons)


def test_a_deliverer_that_died_is_followed_by_another_when_its_lease_is_over(
    cast: Cast, receiver: Receiver, time: Clock
) -> None:
    ends_a_job(cast, receiver.url)
    assert delivering.claim(time.now())
    time.forward(seconds=LEASE.total_seconds() - 1)
    assert deliver() == 0
    time.forward(seconds=1)
    assert deliver() == 1
    assert only().state == "delivered"


def test_a_deliverer_that_slept_past_its_lease_changes_nothing_but_is_noted(
    cast: Cast, receiver: Receiver, time: Clock
) -> None:
    receiver.answers(says(500), says(410))
    ends_a_job(cast, receiver.url)
    late = delivering.claim(time.now())
    assert late
    time.forward(seconds=LEASE.total_seconds())
    deliver()
    waiting = only().next_at
    delivering._record(late, delivering._try(late, time.now()), 1.0, time.now())
    assert (only().state, only().next_at) == ("pending", waiting)
    assert [attempt.status for attempt in tries()] == [500, 410]


def test_a_deliverer_that_slept_past_its_lease_does_not_speak_for_the_next(
    cast: Cast, receiver: Receiver, time: Clock
) -> None:
    receiver.answers(says(410))
    ends_a_job(cast, receiver.url)
    late = delivering.claim(time.now())
    time.forward(seconds=LEASE.total_seconds())
    assert delivering.claim(time.now())
    assert late
    delivering._record(late, delivering._try(late, time.now()), 1.0, time.now())
    assert only().state == "sending"


def test_whose_receiver_hangs_keeps_nobody_else_waiting(
    cast: Cast, receiver: Receiver, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        ends_a_job(cast, receiver.url)
    cast.ben.post(f"/api/job/{cast.ben.starts(webhook_url=receiver.url)}/cancellation")
    anns = delivering.claim(time.now())
    bens = delivering.claim(time.now())
    assert anns
    assert bens
    assert (anns.person_id, bens.person_id) == (cast.ann.id, cast.ben.id)
    assert delivering.claim(time.now()) is None


def test_new_messages_go_before_those_that_failed(cast: Cast, receiver: Receiver, time: Clock) -> None:
    receiver.answers(says(500))
    ends_a_job(cast, receiver.url + "/first")
    deliver()
    time.forward(minutes=1)
    ends_a_job(cast, receiver.url + "/second")
    assert deliver() == 2
    assert [message.path for message in receiver.got] == ["/hooks/first", "/hooks/second", "/hooks/first"]


def test_a_hanging_receiver_is_left_and_tried_again(
    cast: Cast, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "WHOLE", 0.3)
    receiver.answers(hangs)
    ends_a_job(cast, receiver.url)
    deliver()
    assert only().state == "pending"
    assert tries()[0].error.startswith("No answer within")
    assert tries()[0].status is None


def test_tries_are_forgotten_with_their_message(cast: Cast, receiver: Receiver, time: Clock) -> None:
    ends_a_job(cast, receiver.url)
    deliver()
    assert len(tries()) == 1
    assert log.forget_old(time.forward(days=31)) == 1
    db.session.remove()
    assert tries() == []


def test_messages_that_wait_follow_the_accounts_address(cast: Cast, receiver: Receiver, time: Clock) -> None:
    cast.ann.hears_at(f"http://127.0.0.1:{free_port()}/")
    cast.ann.post("/api/webhooks/test")
    deliver()
    cast.ann.hears_at(receiver.url)
    time.forward(seconds=6)
    deliver()
    assert (only().state, only().url, len(receiver.got)) == ("delivered", receiver.url, 1)


def test_messages_that_wait_go_nowhere_once_the_account_wants_none(cast: Cast, receiver: Receiver, time: Clock) -> None:
    cast.ann.hears_at(receiver.url)
    cast.ann.post("/api/webhooks/test")
    cast.ann.hears_at(None)
    deliver()
    assert (only().state, receiver.got) == ("failed", [])
    assert tries()[0].error == "Your account has no webhook address any more."


def test_during_a_rotation_both_secrets_verify_and_after_a_day_the_new_one_alone(
    cast: Cast, receiver: Receiver, time: Clock
) -> None:
    old = secret_of(cast)
    new = cast.ann.post("/api/webhooks/rotation").json["secret"]
    assert new != old
    for _ in range(2):
        ends_a_job(cast, receiver.url)
        deliver()
        time.forward(hours=24)
    during, after = receiver.got
    began = time.now() - timedelta(hours=48)
    assert during.verified(old, began) == during.verified(new, began)
    assert len(after.headers["webhook-signature"].split(" ")) == 1
    assert after.verified(new, began + timedelta(hours=24))


def test_an_account_has_one_secret_from_the_first_look_on(any_app: Flask, cast: Cast) -> None:
    first = receiver.of(cast.ann.id).secret
    assert receiver.of(cast.ann.id).secret == first
    assert first.startswith("whsec_")
    assert receiver.of(cast.ben.id).secret != first
    assert db.session.scalars(select(Webhook.url)).all() == [None, None]
