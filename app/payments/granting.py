"""Granting the months of credits that are paid for, each once: as they are paid, and by the minute as they begin."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.billing.plans import ITEMS
from app.credits import wallet
from app.credits.ledger import Grant
from app.credits.models import Line
from app.extensions import db, transaction
from app.payments import taking_back
from app.payments.each import each
from app.payments.models import PaidPeriod, Subscription
from app.payments.periods import Month, due, months, next_grant_at

MOST_AT_ONCE = 500  # subscriptions in one go; the rest is due still in the next


def grant_due(now: datetime) -> int:
    """Grant every month that began since the last time. How many months."""
    wanted = select(Subscription.id).where(Subscription.next_grant_at <= now).order_by(Subscription.next_grant_at)
    found = db.session.scalars(wanted.limit(MOST_AT_ONCE)).all()

    def grant(subscription_id: str) -> int:
        return _grant_due_of(subscription_id, now)

    return each(found, grant)


def grant_months(tx: Session, subscription_id: str, now: datetime) -> list[Month]:
    """Grant what is due of a subscription by its rows, and note when the next month begins. The months granted."""
    row = tx.get_one(Subscription, subscription_id, populate_existing=True)
    paid = months(tx.scalars(select(PaidPeriod).where(PaidPeriod.subscription_id == subscription_id)).all())
    ended_at = row.ends_at if row.status == "canceled" else None
    granted = [month for month in _open(tx, row, due(paid, now, ended_at)) if _grant(tx, row, month, now)]
    row.next_grant_at = next_grant_at(paid, now, ended_at)
    tx.flush()
    return granted


def _grant_due_of(subscription_id: str, now: datetime) -> int:
    """Whoever takes the month's turn first grants it; the others find it taken."""
    with transaction() as tx:
        mine = update(Subscription).where(Subscription.id == subscription_id, Subscription.next_grant_at <= now)
        person_id = tx.scalar(mine.values(version=Subscription.version + 1).returning(Subscription.person_id))
        if person_id is None:
            return 0
        granted = grant_months(tx, subscription_id, now)
        if granted:
            taking_back.settle(tx, person_id, now)
        return len(granted)


def _open(tx: Session, row: Subscription, found: Sequence[Month]) -> list[Month]:
    """Those not granted yet: years of months are not asked one by one."""
    keys = {f"grant:{row.person_id}:{_key(row, month)}": month for month in found}
    taken = set(tx.scalars(select(Line.key).where(Line.key.in_(keys))))
    return [month for key, month in keys.items() if key not in taken]


def _grant(tx: Session, row: Subscription, month: Month, now: datetime) -> bool:
    plan = ITEMS[month.item].plan
    title = plan.title if plan else ""
    what = f"{title}, the trial" if month.trial else f"{title}, {month.begins:%B %-d} to {month.ends:%B %-d}"
    fresh = Grant("plan", month.credits, _key(row, month), what, month.expires(now), month.source)
    if not wallet.grant(tx, row.person_id, fresh, now):
        return False
    if month.lapses:
        wallet.lapse(tx, row.person_id, "plan", month.lapses, now)
    return True


def _key(row: Subscription, month: Month) -> str:
    return f"plan:{row.id}:{month.key}"
