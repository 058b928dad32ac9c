"""Sending what waits: claimed once, tried for a day, noted; never lost, and what comes twice has one id."""

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from app import worker
from app.extensions import db, transaction
from app.mail import delivering, log, outbox, sending
from app.mail.delivering import AT_ONCE, JITTER, LEASE, RETRIES
from app.mail.models import Mail
from app.webhooks import delivering as webhooks
from tests.conftest import Clock, MakeApp
from tests.jobs.test_crashes import cut_before_every_line_of
from tests.mail.conftest import HOME, deliver
from tests.mail.server import MailServer, cuts, hangs, says
from tests.services import free_port

TRANSACTION = transaction.__wrapped__  # type: ignore[attr-defined]
WRITING = (outbox.write, TRANSACTION)
DELIVERING = (
    delivering.deliver_next,
    delivering.claim,
    delivering._after,
    sending.send,
    sending._hand_over,
    delivering._record,
    TRANSACTION,
)
PLENTY = 30  # moves of the clock

pytestmark = pytest.mark.usefixtures("time")


@pytest.fixture
def site(any_app: Flask) -> Flask:
    return any_app


def write(time: Clock, occasion: str = "one", kind: str = "plan_ended", **facts: Any) -> None:
    with transaction() as tx:
        outbox.write(tx, kind, occasion, "ann@limn.example", time.now(), **facts or {"plan": "Pro"})


def only() -> Mail:
    db.session.remove()
    return db.session.scalars(select(Mail)).one()


def test_a_mail_is_sent_once(site: Flask, server: MailServer, time: Clock) -> None:
    write(time)
    assert (deliver(), deliver()) == (1, 0)
    assert [came.message["Subject"] for came in server.got] == ["Pro has ended"]
    assert (only().state, only().sent_at, only().attempts, only().error) == ("sent", time.now(), 1, "")


def test_a_server_that_stumbles_is_asked_again_under_the_same_id(site: Flask, server: MailServer, time: Clock) -> None:
    server.to_data.append(says("451 try later"))
    write(time)
    assert deliver() == 1
    assert (only().state, only().error.endswith("451 try later")) == ("pending", True)
    time.forward(seconds=32)
    assert deliver() == 1
    first, second = server.got
    assert first.id == second.id
    assert first.message["Date"] == second.message["Date"]
    assert (only().state, only().error) == ("sent", "")


def test_a_server_that_hangs_up_after_taking_it_gets_it_again_under_the_same_id(
    site: Flask, server: MailServer, time: Clock
) -> None:
    server.to_data.append(cuts)
    write(time)
    deliver()
    assert only().state == "pending"
    time.forward(seconds=32)
    deliver()
    assert len({came.id for came in server.got}) == 1
    assert (len(server.got), only().state) == (2, "sent")


def test_an_address_that_takes_none_fails_at_once(site: Flask, server: MailServer, time: Clock) -> None:
    server.to_recipients.append("550 no such user here")
    write(time)
    assert deliver() == 1
    assert (only().state, only().error) == ("failed", "550 no such user here")
    time.forward(days=2)
    assert deliver() == 0


def test_nobody_home_is_tried_for_a_day_with_longer_and_longer_waits(make_app: MakeApp, time: Clock) -> None:
    with make_app(MAIL_URL=f"smtp://127.0.0.1:{free_port()}", PUBLIC_URL=HOME).app_context():
        write(time)
        moments = []
        for _ in range(PLENTY):
            moments.append(time.now())
            assert deliver() == 1
            if only().state == "failed":
                break
            time.time = only().next_at
        for (earlier, later), planned in zip(pairwise(moments), RETRIES, strict=True):
            assert planned * (1 - JITTER) <= later - earlier <= planned * (1 + JITTER)
        assert timedelta(hours=22) < moments[-1] - moments[0] < timedelta(hours=25)
        assert "refused" in only().error


def test_new_mails_go_before_those_that_failed(site: Flask, server: MailServer, time: Clock) -> None:
    server.to_data.append(says("451 try later"))
    write(time, "one", plan="First")
    deliver()
    time.forward(minutes=1)
    write(time, "two", plan="Second")
    assert deliver() == 2
    assert [came.message["Subject"].split()[0] for came in server.got] == ["First", "Second", "First"]


def test_two_senders_at_once_send_once(site: Flask, server: MailServer, time: Clock) -> None:
    for number in range(6):
        write(time, str(number))
    start = threading.Barrier(4)

    def work() -> None:
        with site.app_context():
            start.wait()
            for _ in range(PLENTY):
                delivering.deliver_next()
                db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    deliver()
    assert Counter(Counter(came.id for came in server.got).values()) == {1: 6}


def test_a_sender_that_died_is_followed_by_another_when_its_lease_is_over(
    site: Flask, server: MailServer, time: Clock
) -> None:
    write(time)
    assert delivering.claim(time.now())
    time.forward(seconds=LEASE.total_seconds() - 1)
    assert deliver() == 0
    time.forward(seconds=1)
    assert deliver() == 1
    assert only().state == "sent"


def test_a_sender_that_slept_past_its_lease_does_not_speak_for_the_next(
    site: Flask, server: MailServer, time: Clock
) -> None:
    server.to_recipients.append("550 no such user here")
    write(time)
    late = delivering.claim(time.now())
    assert late
    time.forward(seconds=LEASE.total_seconds())
    assert delivering.claim(time.now())
    delivering._record(late, delivering._after(late, time.now()))
    assert (only().state, only().attempts) == ("sending", 2)


def test_a_server_that_hangs_leaves_senders_for_webhooks(site: Flask, time: Clock) -> None:
    for number in range(AT_ONCE + 1):
        write(time, str(number))
    claimed = [delivering.claim(time.now()) for _ in range(AT_ONCE + 1)]
    assert [bool(mail) for mail in claimed] == [True] * AT_ONCE + [False]
    assert AT_ONCE < worker.SENDERS
    time.forward(seconds=LEASE.total_seconds())
    assert delivering.claim(time.now())


def test_an_error_of_our_own_is_told_in_the_log_and_tried_again(
    site: Flask, server: MailServer, time: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    write(time)
    with transaction() as tx:
        tx.execute(update(Mail).values(kind="birthday"))
    deliver()
    assert (only().state, only().error) == ("pending", delivering.OUR_FAULT)
    assert "KeyError" in caplog.text
    assert server.got == []


def test_what_lets_somebody_act_is_forgotten_once_it_is_sent(site: Flask, server: MailServer, time: Clock) -> None:
    write(time, kind="reset", link_token="abc")
    deliver()
    assert f"{HOME}/reset/abc" in server.got[0].text
    assert only().facts == {}


def test_a_mail_to_nobody_is_never_sent(site: Flask, server: MailServer, time: Clock) -> None:
    with transaction() as tx:
        outbox.write(tx, "reset", "one", "eve@limn.example", time.now(), nobody=True, link_token="abc")
    assert deliver() == 0
    assert (server.got, only().address, log.last(5)) == ([], "", [])


def test_old_mails_are_forgotten_and_those_that_wait_are_not(site: Flask, server: MailServer, time: Clock) -> None:
    write(time, "sent")
    deliver()
    write(time, "waiting")
    assert log.forget_old(time.forward(days=31)) == 0
    assert log.forget_old(time.forward(days=5)) == 1
    assert only().key == "plan_ended:waiting"


@pytest.mark.parametrize("functions", [WRITING, DELIVERING], ids=["written", "sent"])
def test_when_the_power_goes_no_mail_is_lost_and_what_comes_twice_has_one_id(
    site: Flask, server: MailServer, time: Clock, functions: tuple[object, ...]
) -> None:
    cuts = 0
    for cut in cut_before_every_line_of(functions, step=1):  # type: ignore[arg-type]
        if functions is WRITING:
            with cut:
                write(time, str(cuts))
            write(time, str(cuts))
        else:
            write(time, str(cuts))
            with cut:
                delivering.deliver_next()
            time.forward(seconds=LEASE.total_seconds())
        deliver()
        cuts += 1
    db.session.remove()
    mails = db.session.scalars(select(Mail)).all()
    assert {mail.state for mail in mails} == {"sent"}
    came = Counter(mail.id for mail in server.got)
    assert len(came) == len(mails) == cuts > 10
    assert max(came.values()) == (1 if functions is WRITING else 2)


@pytest.fixture
def working(app: Flask) -> Iterator[None]:
    """The threads of the lane of messages."""
    consumer = worker.consumer(app, "messages", worker._deliverer(), threads=worker.SENDERS)
    threads = [thread for _, thread in consumer.worker_threads]
    for thread in threads:
        thread.start()
    yield
    consumer.stop_flag.set()
    for thread in threads:
        thread.join()


def test_the_lane_of_messages_sends_mail_as_soon_as_it_is_written(
    app: Flask, server: MailServer, working: None, time: Clock
) -> None:
    for number in range(5):
        write(time, str(number))
    waited = threading.Event()
    for _ in range(200):
        if len(server.got) == 5 or waited.wait(0.05):
            break
    assert len({came.id for came in server.got}) == 5


def test_a_hanging_mail_server_keeps_no_webhook_waiting(
    app: Flask, server: MailServer, time: Clock, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    looked = threading.Event()
    server.to_data.extend([hangs] * 4)
    for number in range(4):
        write(time, str(number))
    monkeypatch.setattr(webhooks, "deliver_next", lambda: looked.set() if len(server.got) == AT_ONCE else None)
    request.getfixturevalue("working")
    assert looked.wait(10)
    assert len(server.got) == AT_ONCE
    server.over.set()
