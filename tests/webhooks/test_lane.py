"""The lane of messages: a process of its own, light, that sends as soon as there is something to send."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from app import worker
from app.extensions import db, transaction
from app.webhooks import delivering
from app.webhooks.models import Attempt, Delivery
from config import ROOT
from tests.cast import Cast, Studio
from tests.databases import SECRET
from tests.webhooks.receiver import Receiver, hangs, says

PATIENCE = 60  # seconds
HEAVY = ("PIL", "numpy", "cv2", "lxml", "onnxruntime", "rembg", "torch", "app.imaging", "app.tools", "app.studio")


@contextmanager
def deliverer(tmp_path: Path, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """`python -m app.worker messages` for the site of the test."""
    given = {"DATA_DIR": str(tmp_path), "SECRET_KEY": SECRET, "WEBHOOKS_TO_PRIVATE": "yes", **settings}
    command = [sys.executable, "-m", "app.worker", "messages"]
    with (tmp_path / "deliverer.log").open("ab") as log:
        process = subprocess.Popen(command, env={**os.environ, **given}, cwd=ROOT, stdout=log, stderr=log)
        with process:
            try:
                yield process
            finally:
                process.kill()


def wait_until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)
        db.session.remove()


def states() -> list[str]:
    return list(db.session.scalars(select(Delivery.state).order_by(Delivery.id)))


def test_a_finished_job_is_told_by_the_process_that_sends(app: Flask, tmp_path: Path, receiver: Receiver) -> None:
    ann = Cast(app).ann
    secret = ann.get("/api/webhooks").json["secret"]
    receiver.answers(says(500))
    with deliverer(tmp_path) as process:
        job_id = ann.starts(webhook_url=receiver.url)
        Studio(app).works()
        wait_until(lambda: states() == ["delivered"])
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=PATIENCE) == 0
    first, second = receiver.got
    assert first.id == second.id
    assert second.verified(secret, datetime.now(UTC))["data"]["job_id"] == job_id
    assert "Traceback" not in (tmp_path / "deliverer.log").read_text()


def test_it_finds_its_messages_in_either_database(any_app: Flask, tmp_path: Path, receiver: Receiver) -> None:
    settings = any_app.extensions["settings"]
    ann = Cast(any_app).ann
    with deliverer(tmp_path, DATABASE_URL=settings.DATABASE_URL, QUEUE_URL=settings.DATABASE_URL):
        ann.hears_at(receiver.url)
        ann.post("/api/webhooks/test")
        wait_until(lambda: states() == ["delivered"])
    assert [message.json["type"] for message in receiver.got] == ["webhook.test"]


def test_a_process_killed_at_a_send_is_followed_by_one_that_sends_it_under_the_same_id(
    app: Flask, tmp_path: Path, receiver: Receiver
) -> None:
    ann = Cast(app).ann
    receiver.answers(hangs)
    ann.hears_at(receiver.url)
    ann.post("/api/webhooks/test")
    with deliverer(tmp_path):
        wait_until(lambda: len(receiver.got) == 1)
    assert states() == ["sending"]
    with transaction() as tx:  # a minute later
        tx.execute(update(Delivery).values(next_at=datetime.now(UTC)))
    with deliverer(tmp_path):
        wait_until(lambda: states() == ["delivered"])
    assert len({message.id for message in receiver.got}) == 1
    assert len(receiver.got) == 2
    assert len(db.session.scalars(select(Attempt)).all()) == 1


def test_several_messages_are_on_their_way_at_once(
    app: Flask, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One hanging receiver and then another: the third person is told meanwhile."""
    cast = Cast(app)
    receiver.answers(hangs, hangs)
    for patron in (cast.ann, cast.ben):
        patron.hears_at(receiver.url)
        patron.post("/api/webhooks/test")
    consumer = worker.consumer(app, "messages", delivering.deliver_next, threads=worker.SENDERS)
    threads = [thread for _, thread in consumer.worker_threads]
    assert len(threads) == worker.SENDERS
    for thread in threads:
        thread.start()
    try:
        wait_until(lambda: len(receiver.got) == 2)
        cast.pia.hears_at(receiver.url)
        cast.pia.post("/api/webhooks/test")
        wait_until(lambda: states() == ["sending", "sending", "delivered"])
    finally:
        receiver.over.set()
        consumer.stop_flag.set()
        for thread in threads:
            thread.join()


def test_it_loads_nothing_that_only_pictures_need(tmp_path: Path) -> None:
    script = (
        "import sys; from app import bare_app, worker; from config import load\n"
        "bare_app(load()); worker._deliverer()\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    environment = {**os.environ, "DATA_DIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", script], env=environment, cwd=ROOT, capture_output=True, check=True)
    assert done.stdout.decode().strip() == "[]"
