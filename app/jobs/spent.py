"""What was spent in a calendar month (UTC), by whom: of jobs that succeeded, with what the waiting ones hold."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, scoped_session

from app.jobs.models import WAITING, Job, State

Reader = Session | scoped_session[Any]


def spent_by_account(tx: Reader, person_id: int, now: datetime) -> int:
    return _sum(tx, and_(Job.person_id == person_id, _this_month(now)))


def spent_by_key(tx: Reader, key_id: int, now: datetime) -> int:
    return _sum(tx, and_(Job.api_key_id == key_id, _this_month(now)))


def spent_by_each(tx: Reader, person_id: int, now: datetime) -> dict[int | None, int]:
    """Of one account, by the key it went through; None: by hand."""
    theirs = and_(Job.person_id == person_id, _this_month(now))
    sums = tx.execute(select(Job.api_key_id, func.sum(Job.price)).where(theirs).group_by(Job.api_key_id))
    return {key_id: int(spent) for key_id, spent in sums}


def month_of(now: datetime) -> datetime:
    """The first moment of this month."""
    return now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def month_after(now: datetime) -> datetime:
    """The first moment of the next one, when every count begins anew."""
    return month_of(month_of(now) + timedelta(days=31))


def _this_month(now: datetime) -> ColumnElement[bool]:
    return and_(Job.created_at >= month_of(now), Job.state.in_((*WAITING, State.SUCCEEDED)))


def _sum(tx: Reader, counts: ColumnElement[bool]) -> int:
    return int(tx.scalar(select(func.coalesce(func.sum(Job.price), 0)).where(counts)) or 0)
