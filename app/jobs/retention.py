"""Files go when their time is up. Row first: a crash in between leaves a file nobody links to, which goes next time."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, select, update

from app.extensions import db, storage, transaction
from app.jobs import belongings
from app.jobs.models import WAITING, Job, Picture

UNKNOWN_FOR = timedelta(hours=6)  # far longer than any attempt takes from its first file to its last row


def prune(now: datetime) -> int:
    """Delete expired files, and files no row knows. How many went.

    Files of a plan that has ended wait until their owner was told a day before, and those that a job has still to be
    made of until it is made: its model may be down for days.
    """
    needed = exists().where(Job.id == Picture.job_id, Job.state.in_(WAITING))
    return _prune_expired(now, ~belongings.unwarned(now) & ~needed) + _prune_unknown(now)


def prune_job(job_id: str, now: datetime) -> int:
    """Delete what has expired of one job, at once."""
    return _prune_expired(now, Picture.job_id == job_id)


def _prune_expired(now: datetime, which: ColumnElement[bool]) -> int:
    with transaction() as tx:
        expired = update(Picture).where(Picture.pruned_at.is_(None), Picture.expires_at <= now, which)
        keys = tx.scalars(expired.values(pruned_at=now).returning(Picture.key)).all()
    for key in keys:
        storage().delete(key)
    return len(keys)


def _prune_unknown(now: datetime) -> int:
    old = [stored.key for stored in storage().stored() if stored.at < now - UNKNOWN_FOR]
    known = set(db.session.scalars(select(Picture.key).where(Picture.pruned_at.is_(None))))
    unknown = [key for key in old if key not in known]
    for key in unknown:
        storage().delete(key)
    return len(unknown)
