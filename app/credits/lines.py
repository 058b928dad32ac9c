"""The lines of a statement, newest first: all that moved the balance, or those of one sort, or of one month."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, and_, or_, select

from app.credits.models import Line
from app.extensions import db

BATCH = 500
_of_money = Line.kind.in_(("refund", "dispute"))  # credits that go with their money, or come back with it
SORTS: dict[str, ColumnElement[bool]] = {  # each line is of exactly one
    "in": Line.kind == "grant",
    "spent": Line.kind == "hold",
    "back": or_(Line.kind == "release", and_(_of_money, Line.amount > 0)),
    "expired": Line.kind == "expire",
    "taken": and_(_of_money, Line.amount < 0),
}

Entry = Row[int, datetime, str, str, int, int, str | None]
_ENTRY = select(Line.id, Line.at, Line.kind, Line.what, Line.amount, Line.balance, Line.job_id)


@dataclass(frozen=True)
class Wanted:
    """Which lines: of a sort, one of SORTS, and from a moment until another."""

    sort: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def page(person_id: int, wanted: Wanted, before: int | None, limit: int) -> Sequence[Entry]:
    """`before` is the id of the last line seen."""
    lines = _ENTRY.where(_theirs(person_id, wanted)).order_by(Line.id.desc()).limit(limit)
    if before is not None:
        lines = lines.where(Line.id < before)
    return db.session.execute(lines).all()


def every(person_id: int, wanted: Wanted) -> Iterator[Entry]:
    """Page after page, so that a long statement takes no more room than a short one."""
    before = None
    while found := page(person_id, wanted, before, BATCH):
        yield from found
        before = found[-1].id


def _theirs(person_id: int, wanted: Wanted) -> ColumnElement[bool]:
    theirs = and_(Line.person_id == person_id, Line.amount != 0)
    if wanted.sort is not None:
        theirs = and_(theirs, SORTS[wanted.sort])
    if wanted.since is not None:
        theirs = and_(theirs, Line.at >= wanted.since)
    if wanted.until is not None:
        theirs = and_(theirs, Line.at < wanted.until)
    return theirs
