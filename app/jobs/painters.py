"""How the workers of each model's lane are: each tells it by itself, and one that was not heard for a while is gone."""

import logging
import math
import os
import socket
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import Row, delete, select
from sqlalchemy.exc import SQLAlchemyError

from app import clock
from app.extensions import db, insert_into, transaction
from app.jobs.models import Painter, Readiness

BEAT = 15.0  # seconds
GONE = timedelta(seconds=60)  # after the last word of a worker
WEIGHT = 0.3  # of the latest job in the pace
LONGEST_WORDS = 300
DIED = "its last worker ended while it loaded the model: there may be too little memory for it"

logger = logging.getLogger(__name__)


class Presence:
    """What a worker tells of itself: at each change, and every 15 seconds by a thread of its own."""

    def __init__(self, app: Flask, lane: str) -> None:
        self.app, self.lane = app, lane
        self.host, self.pid = socket.gethostname(), os.getpid()
        self.state, self.said = Readiness.LOADING, ""
        self.pace: float | None = None
        self.together = 1
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"presence-{lane}", daemon=True)

    def begin(self) -> None:
        if self._died_before():
            logger.warning("%s: %s", self.lane, DIED)
            self.state, self.said = Readiness.DOWN, DIED  # whoever loads for ever does not work
        self._write()
        self._thread.start()

    def tell(self, state: Readiness, said: str = "", together: int | None = None) -> None:
        """How it is from now on; `said` is for the operator, `together` how many pictures it paints at a time."""
        self.state, self.said, self.together = state, said, together or self.together
        self._write()

    def took(self, pictures: int, seconds: float) -> None:
        """So long took a job of so many pictures. The next beat tells the pace that follows."""
        latest = seconds / math.ceil(pictures / self.together)
        self.pace = latest if self.pace is None else (1 - WEIGHT) * self.pace + WEIGHT * latest

    def end(self) -> None:
        """The worker goes in peace: gone at once, though it was there a moment ago."""
        self._done.set()
        self._thread.join()
        self._write(clock.now() - GONE)

    def _died_before(self) -> bool:
        """Whether the process before this one ended without a word while it was loading."""
        loading = (Painter.state == Readiness.LOADING) | (Painter.said == DIED)
        before = (Painter.host == self.host) & (Painter.lane == self.lane) & (Painter.seen_at > clock.now() - GONE)
        with self.app.app_context():
            return any(not _is_alive(pid) for pid in db.session.scalars(select(Painter.pid).where(before, loading)))

    def _beat(self) -> None:
        while not self._done.wait(BEAT):
            self._write()

    def _write(self, seen_at: datetime | None = None) -> None:
        who = {"host": self.host, "pid": self.pid, "lane": self.lane}
        facts: dict[str, Any] = {"state": self.state, "said": self.said[:LONGEST_WORDS], "pace": self.pace}
        facts |= {"together": self.together, "seen_at": seen_at or clock.now()}
        try:
            with self.app.app_context(), transaction(lasting=False) as tx:
                row = insert_into(Painter, tx.get_bind().dialect).values(**who, **facts)
                tx.execute(row.on_conflict_do_update(index_elements=list(who), set_=facts))
        except SQLAlchemyError as error:
            logger.warning("%s: how it is could not be told, the next beat will: %s", self.lane, error)


@dataclass(frozen=True)
class Standing:
    """How a lane is: as its best worker. `state` is None where nobody serves it.

    `together` pictures are painted at a time by all who are ready, each time in `pace` seconds, once that is known.
    """

    state: Readiness | None = None
    said: str = ""
    pace: float | None = None
    together: int = 0

    def seconds(self, pictures: int) -> float | None:
        """How long so many take, about; None where nobody knows."""
        if self.pace is None or not self.together:
            return None
        return self.pace * math.ceil(pictures / self.together)


NOBODY = Standing()


def standings(now: datetime) -> dict[str, Standing]:
    """Of all lanes that somebody serves, in one query."""
    columns = (Painter.lane, Painter.state, Painter.said, Painter.pace, Painter.together)
    rows = db.session.execute(select(*columns).where(Painter.seen_at > now - GONE)).all()
    return {lane: _of([row for row in rows if row.lane == lane]) for lane in {row.lane for row in rows}}


def served_since(moment: datetime) -> set[str]:
    """The lanes of which a worker was heard since then."""
    return set(db.session.scalars(select(Painter.lane).where(Painter.seen_at >= moment).distinct()))


def forget_old(now: datetime) -> int:
    """Forget workers that are long gone."""
    with transaction() as tx:
        gone = delete(Painter).where(Painter.seen_at < now - 60 * GONE)
        return len(tx.scalars(gone.returning(Painter.pid)).all())


def _of(workers: Iterable[Row[str, str, str, float | None, int]]) -> Standing:
    by_state = {state: [worker for worker in workers if worker.state == state] for state in Readiness}
    ready = by_state[Readiness.READY]
    if not ready:
        state = Readiness.LOADING if by_state[Readiness.LOADING] else Readiness.DOWN
        return Standing(state, by_state[state][0].said)
    paces = [worker.pace for worker in ready if worker.pace is not None]
    pace = sum(paces) / len(paces) if paces else None
    return Standing(Readiness.READY, "", pace, sum(worker.together for worker in ready))


def _is_alive(pid: int) -> bool:
    """Of this machine; somebody else's may have its number by now."""
    try:
        os.kill(pid, 0)
    except OSError as error:
        return not isinstance(error, ProcessLookupError)
    return True
