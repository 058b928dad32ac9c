"""The Huey consumer's door: `python -m app.worker LANE`, where a lane is `tools`, `messages` or the name of a model.

A process of `tools` or of the illustrator does one job at a time, one of a diffusers model several that can be painted
together, one of an endpoint several at once, and the one of `messages` sends several at once. Huey brings
wake-ups quickly; the table says what there is to do. A worker therefore also looks by itself once a second, so that a
wake-up that went missing costs a second and nothing else.
"""

import logging
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING, Any

from flask import Flask
from huey import crontab
from huey.consumer import Consumer, Worker

from app import bare_app, clock, create_app
from app.engines.catalogue import Model
from app.extensions import db
from app.lanes import MESSAGES, TOOLS, Lane
from app.lifeline import die_with_supervisor
from config import BadSetting, Settings

if TYPE_CHECKING:
    from app.imaging.sandbox import Sandbox

POLL = 0.25  # seconds between looks at a queue that cannot block; a bell rings in between
LOOK = 1.0  # seconds between looks at the table
LAST_JOB = 10  # seconds a stopping worker gives its job; after that the lease runs out and another takes it
SENDERS = 4  # messages on their way at once; most of the time they wait for an answer

logger = logging.getLogger(__name__)

Look = Callable[[], bool]  # does the next thing there is to do; False if there was none


def main(lane: str) -> None:
    logging.basicConfig(level=logging.INFO, format=f"%(asctime)s {lane}: %(message)s")
    logging.getLogger("huey").setLevel(logging.WARNING)
    die_with_supervisor()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # its matrices are small here, and more threads only spin
    app = bare_app() if lane == MESSAGES else create_app()
    if lane not in app.extensions["lanes"]:
        raise BadSetting(f"there is no lane {lane}: it is one of {', '.join(app.extensions['lanes'])}")
    settings: Settings = app.extensions["settings"]
    if lane == MESSAGES:
        consumer(app, lane, _deliverer(), threads=SENDERS).run()
    elif lane == TOOLS:
        consumer(app, lane, _maker(settings)).run()
    else:
        model: Model = app.extensions["models"][lane]
        _paint(app, model, settings)


def consumer(app: Flask, lane: str, take_one: Look, threads: int = 1) -> Consumer:
    """A Huey consumer for a lane of this app: what its threads do when woken is `take_one`."""

    def look() -> bool:
        with app.app_context():
            try:
                return take_one()
            finally:
                db.session.remove()

    opened: Lane = app.extensions["lanes"][lane]
    huey = opened.listen(look)
    if lane == TOOLS:
        _register_duties(app, huey)
    return LaneConsumer(
        opened,
        huey,
        workers=threads,
        initial_delay=POLL,
        max_delay=LOOK,
        graceful_signal="TERM",
        shutdown_timeout=LAST_JOB,
    )


class LaneWorker(Worker):  # type: ignore[misc]  # huey is untyped
    """Takes wake-ups, and now and then looks at the table by itself: one of all threads each second."""

    lane: Lane
    turns: "Turns"

    def loop(self, now: Any = None) -> None:
        self._answer(now)
        if self.turns.take() and self._look():
            self.lane.wake()  # in place of the one that got lost: others may have, and nobody waits for them
            self.turns.again()

    def shutdown(self) -> None:
        super().shutdown()
        with suppress(AttributeError):  # huey's: of two threads that close the same connection, one finds none
            self.huey.storage.close()  # in PostgreSQL, a connection of this thread's own

    def _answer(self, now: Any) -> None:
        """Take one wake-up. Huey's own would log a traceback twenty times a second while the queue is down."""
        try:
            task = self.huey.dequeue()
        except Exception as error:  # noqa: BLE001  (each store has its own; a forged message is a ValueError)
            logger.warning("a wake-up could not be read: %s", error)
            self.sleep()
        else:
            self.delay = self.default_delay
            if task is not None:
                self.huey.execute(task, now)
            elif self.lane.bell:
                self.lane.bell.wait(POLL)
            elif not self.huey.storage.blocking:
                self.stop_flag.wait(POLL)

    def _look(self) -> bool:
        try:
            return self.lane.look()
        except Exception:
            logger.exception("a look at the table failed")
            return False


class Turns:
    """Whose turn it is to look: that of whoever asks first, once in LOOK seconds."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._taken_at = 0.0

    def take(self) -> bool:
        with self._lock:
            if time.monotonic() - self._taken_at < LOOK:
                return False
            self._taken_at = time.monotonic()
            return True

    def again(self) -> None:
        """At once: there may be more."""
        self._taken_at = 0.0


class LaneConsumer(Consumer):  # type: ignore[misc]  # huey is untyped
    worker_class = LaneWorker

    def __init__(self, lane: Lane, *args: Any, **kwargs: Any) -> None:
        self.lane, self.turns = lane, Turns()
        super().__init__(*args, **kwargs)

    def _create_worker(self) -> Worker:
        worker = super()._create_worker()
        worker.lane, worker.turns = self.lane, self.turns
        return worker


def _maker(settings: Settings) -> Look:
    """Does what needs no model. Imported here, so that each lane loads what it works with and no more."""
    from app.jobs import runner
    from app.jobs.runner import Hands

    sandbox = _sandbox(settings)
    sandbox.warm()  # nearly every job there needs it
    hands = Hands(None, sandbox)
    return lambda: runner.take_one(TOOLS, hands)


def _paint(app: Flask, model: Model, settings: Settings) -> None:
    from app.jobs.easel import Easel

    at_once = settings.OPENAI_AT_ONCE if model.kind == "openai" else 1
    storing = 1 if model.kind == "diffusers" else 0  # so that a GPU need not wait for PNGs
    easel = Easel(model, settings, _sandbox(settings), at_once)
    try:
        painter = consumer(app, model.name, easel.look, threads=at_once + storing)
        easel.stopping = painter.stop_flag
        painter.run()
    finally:
        easel.close()


def _sandbox(settings: Settings) -> "Sandbox":
    from app.imaging.bounds import MB, Budget
    from app.imaging.sandbox import Sandbox

    return Sandbox(hides=[settings.DATA_DIR], heavy=Budget(settings.HEAVY_SECONDS, settings.HEAVY_MEMORY_MB * MB))


def _deliverer() -> Look:
    """Sends messages: mail and webhooks, one of each in turn."""
    from app.mail import delivering as mail
    from app.webhooks import delivering as webhooks

    def send_next() -> bool:
        mailed, told = mail.deliver_next(), webhooks.deliver_next()
        return bool(mailed or told)

    return send_next


def _register_duties(app: Flask, huey: Any) -> None:
    from app import web
    from app.jobs import duties
    from app.payments.duties import DUTIES as OF_PAYMENTS

    all_duties = {**duties.DUTIES, **OF_PAYMENTS, "forget": ("37", "*", web.forget_old)}  # above the jobs

    def register(name: str, minute: str, hour: str, duty: Any) -> None:
        def strike() -> None:
            with app.app_context():
                duties.once(name, duty, clock.now())
                db.session.remove()

        huey.periodic_task(crontab(minute=minute, hour=hour), name=f"duty-{name}")(strike)

    for name, (minute, hour, duty) in all_duties.items():
        register(name, minute, hour, duty)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m app.worker LANE")
    try:
        main(sys.argv[1])
    except BadSetting as error:
        sys.exit(str(error))
