"""Waiting for a job to end, for whoever asked for the result at once."""

import threading
import time
from functools import cache

from sqlalchemy import select

from app.extensions import db, settings
from app.jobs.models import WAITING, Job

FIRST, LONGEST = 0.005, 0.25  # seconds between looks: they grow with the wait
GROWTH = 1.1
KEPT_FREE = 2  # threads of a web process that never wait, so that pages and polls go on


def wait(job_id: str, seconds: float) -> None:
    """Return when the job has ended, after `seconds`, or at once when too many threads of this process wait already."""
    if not take_place():
        return
    try:
        watch(job_id, seconds)
    finally:
        leave_place()


def take_place() -> bool:
    """Whether this thread may wait: False when too many of this process do already. Whoever may has to leave again."""
    return _places().acquire(blocking=False)


def leave_place() -> None:
    _places().release()


def watch(job_id: str, seconds: float) -> bool:
    """Whether the job has ended, within `seconds`."""
    until, pause = time.monotonic() + seconds, FIRST
    while waits := _waits(job_id):
        if time.monotonic() + pause >= until:
            break
        time.sleep(pause)
        pause = min(LONGEST, pause * GROWTH)
    return not waits


def _waits(job_id: str) -> bool:
    """On a connection of its own, for the session keeps what it has seen."""
    with db.engine.connect() as connection:
        return connection.scalar(select(Job.state).where(Job.id == job_id)) in WAITING


@cache
def _places() -> threading.Semaphore:
    return threading.Semaphore(max(1, settings().WEB_THREADS - KEPT_FREE))
