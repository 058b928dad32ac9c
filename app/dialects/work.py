"""One job for a request that waits for its result: placed, awaited, and taken back when it takes too long."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import select

from app import clock
from app.extensions import db, settings
from app.jobs import lifecycle, waiting
from app.jobs.inputs import Order
from app.jobs.models import Job, Picture, State
from app.refusals import Refusal
from app.studio.views import find_job
from app.studio.visit import asker, look_again, ordered
from app.toolkit import Params, Tool

MOST_TRIES = 10
BUSY_FOR = 5  # seconds
NOTHING = Order()


def finished(tool: Tool, params: Params, order: Order = NOTHING) -> Job:
    """The job when it has succeeded. Refuses with what went wrong, and then nothing is charged."""
    with place():
        job = placed(tool, params, order)
        if not waiting.watch(job.id, settings().DIALECT_WAIT_SECONDS):
            take_back(job.id)
        return ended(job.id)


@contextmanager
def place() -> Iterator[None]:
    """A thread to wait in. Refuses with `engine_unavailable` where too many wait already: pages go on."""
    take_place()
    try:
        yield
    finally:
        waiting.leave_place()


def take_place() -> None:
    if not waiting.take_place():
        raise Refusal("engine_unavailable", "Too many requests are waiting for pictures.", retry_after=BUSY_FOR)


def placed(tool: Tool, params: Params, order: Order = NOTHING) -> Job:
    """The job of this request. One that came to nothing when the request came before is tried anew."""
    for number in range(MOST_TRIES):
        part = f"try {number}" if number else ""
        job = lifecycle.start(asker(), tool, params, clock.now(), ordered(order, part=part))
        if job.state not in (State.FAILED, State.CANCELED):
            break
    return job


def take_back(job_id: str) -> None:
    """Nobody waits for this job any longer. Refuses with `engine_unavailable`, unless it has ended in the meantime."""
    if lifecycle.cancel(asker(), job_id, clock.now()):
        raise Refusal("engine_unavailable", "Image generation timed out.")


def ended(job_id: str) -> Job:
    """A job that has ended. Refuses with what went wrong."""
    look_again()
    job = find_job(asker(), job_id)
    if job.state == State.FAILED:
        raise Refusal(job.error_code or "internal", job.error_message or "", job_id=job.id)
    if job.state == State.CANCELED:
        raise Refusal("conflict", "This job was canceled. Nothing was charged.", job_id=job.id)
    return job


def pictures_of(job: Job, kind: str = "result") -> Sequence[Picture]:
    found = select(Picture).where(Picture.job_id == job.id, Picture.kind == kind).order_by(Picture.number)
    return db.session.scalars(found).all()
