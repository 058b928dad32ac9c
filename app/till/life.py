"""What happens by itself: renewals, retries, ends of trials. Each thing at its own time, one after the other."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select

from app.extensions import db
from app.till import sessions, subscriptions
from app.till.models import TillObject
from app.till.store import Act, Obj, acting

MOST_AT_ONCE = 10_000

_HAPPENINGS: dict[str, Callable[[Act, Obj], None]] = {
    "subscription": subscriptions.happen,
    "invoice": subscriptions.invoice_is_due,
    "checkout.session": sessions.happen,
}


def advance(now: datetime) -> int:
    """Let all happen that is due until now. How many things did. Raises RuntimeError if it does not end."""
    for count in range(MOST_AT_ONCE):
        when = next_due()
        if when is None or when > now:
            return count
        _one(when)
    raise RuntimeError("the test checkout does not come to rest")


def next_due() -> datetime | None:
    """When something happens next."""
    query = select(TillObject.due_at).where(TillObject.due_at.is_not(None)).order_by(TillObject.due_at).limit(1)
    return db.session.execute(query).scalar()


def coming(limit: int) -> list[tuple[datetime, str, str]]:
    """What is due next: when, to which kind of thing, and its id."""
    query = select(TillObject.due_at, TillObject.kind, TillObject.id).where(TillObject.due_at.is_not(None))
    rows = db.session.execute(query.order_by(TillObject.due_at, TillObject.number).limit(limit))
    return [(when, kind, id_) for when, kind, id_ in rows if when is not None]


def _one(until: datetime) -> None:
    """The first thing that is due, at its time; nothing if somebody else let it happen in the meantime."""
    with acting(until) as act:
        found = act.first_due(until)
        if found is not None:
            _HAPPENINGS[found["object"]](act, found)
            act.save(found)
