"""Pictures without an account: one for a cookie, some a day for a network, a pool a day for everybody.

Each is a counter that moves only while it is under its limit, inside the transaction that starts the job.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.extensions import insert_once, settings, transaction
from app.jobs.models import GuestCounter, Job
from app.refusals import Refusal

KEPT_FOR = timedelta(days=400)  # how long a cookie's one picture is remembered


def take(tx: Session, visitor: str, network: str, now: datetime) -> None:
    """Count one picture. Refuses with `login_required` when a limit is reached."""
    for key, limit in _limits(visitor, network, now):
        insert_once(tx, GuestCounter, key=key, used=0, at=now)
        free = update(GuestCounter).where(GuestCounter.key == key, GuestCounter.used < limit)
        if tx.execute(free.values(used=GuestCounter.used + 1).returning(GuestCounter.key)).first() is None:
            raise Refusal("login_required", "The first picture is free without an account. Sign in to paint more.")


def give_back(tx: Session, job: Job) -> None:
    """The picture came to nothing: it does not count."""
    keys = [key for key, _ in _limits(job.visitor or "", job.network or "", job.created_at)]
    tx.execute(
        update(GuestCounter).where(GuestCounter.key.in_(keys), GuestCounter.used > 0).values(used=GuestCounter.used - 1)
    )


def adopt(visitor: str, person_id: int) -> None:
    """Whoever signs in keeps what this browser painted without an account. It was free and stays so."""
    with transaction() as tx:
        theirs = update(Job).where(Job.visitor == visitor, Job.person_id.is_(None))
        tx.execute(theirs.values(person_id=person_id))


def forget_old(now: datetime) -> int:
    with transaction() as tx:
        old = delete(GuestCounter).where(GuestCounter.at < now - KEPT_FOR)
        return len(tx.execute(old.returning(GuestCounter.key)).all())


def _limits(visitor: str, network: str, day: datetime) -> list[tuple[str, int]]:
    return [
        (f"cookie:{visitor}", 1),
        (f"network:{network}:{day.date()}", settings().ANONYMOUS_PER_NETWORK),
        (f"pool:{day.date()}", settings().ANONYMOUS_POOL),
    ]
