"""The delivery log: what was sent where, how each try went, and once more."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import and_, delete, or_, select, update

from app.extensions import db, transaction
from app.refusals import Refusal
from app.webhooks import outbox
from app.webhooks.models import WAITING, Attempt, Delivery, DeliveryState

KEPT = timedelta(days=30)


class Entry(NamedTuple):
    delivery: Delivery
    tries: Sequence[Attempt]  # the newest first


def entries(person_id: int, before: int | None, limit: int) -> list[Entry]:
    """A page of somebody's log, newest first; `before` is the last id of the page before."""
    page = select(Delivery).where(Delivery.person_id == person_id).order_by(Delivery.id.desc()).limit(limit)
    if before is not None:
        page = page.where(Delivery.id < before)
    found = db.session.scalars(page).all()
    tries = _tries([delivery.id for delivery in found])
    return [Entry(delivery, tries[delivery.id]) for delivery in found]


def entry(person_id: int, delivery_id: int) -> Entry:
    """One of somebody's log. Refuses with `not_found`, the same for a stranger's as for none."""
    mine = select(Delivery).where(Delivery.id == delivery_id, Delivery.person_id == person_id)
    delivery = db.session.scalar(mine)
    if delivery is None:
        raise Refusal("not_found", "There is no such message in your log.")
    return Entry(delivery, _tries([delivery_id])[delivery_id])


def resend(person_id: int, delivery_id: int, now: datetime) -> Entry:
    """Send it once more, under the same id, and for another day if need be. One just being sent is left at that."""
    idle = or_(Delivery.state != DeliveryState.SENDING, Delivery.next_at <= now)
    mine = and_(Delivery.id == delivery_id, Delivery.person_id == person_id)
    with transaction() as tx:
        again = update(Delivery).where(mine, idle).values(state=DeliveryState.PENDING, tries=0, next_at=now)
        tx.execute(again)
        outbox.wake_after(tx)
    return entry(person_id, delivery_id)


def forget_old(now: datetime) -> int:
    with transaction() as tx:
        old = delete(Delivery).where(Delivery.created_at < now - KEPT, Delivery.state.not_in(WAITING))
        return len(tx.execute(old.returning(Delivery.id)).all())


def _tries(delivery_ids: Sequence[int]) -> dict[int, list[Attempt]]:
    tries: dict[int, list[Attempt]] = defaultdict(list)
    mine = select(Attempt).where(Attempt.delivery_id.in_(delivery_ids)).order_by(Attempt.id.desc())
    for attempt in db.session.scalars(mine):
        tries[attempt.delivery_id].append(attempt)
    return tries
