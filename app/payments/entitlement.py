"""Which plan somebody has paid for, written where everything else looks: Person.plan and Person.plan_until."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.billing.plans import FREE, PLANS, Item, Plan
from app.extensions import db, settings, transaction
from app.jobs import belongings
from app.mail import outbox
from app.payments.each import each
from app.payments.models import PaidPeriod, Subscription
from app.payments.periods import entitlement

MOST_AT_ONCE = 500


def lock(tx: Session, person_id: int) -> Person:
    """One person's money is written by one at a time. Lines that only refer to them are not held up."""
    return tx.get_one(Person, person_id, with_for_update={"key_share": True}, populate_existing=True)


def settle(tx: Session, person: Person, now: datetime) -> list[str]:
    """Put a person on the plan they have paid for. What changed.

    A plan that was given, without an end, stays unless one is paid for.
    """
    item, until = paid_for(tx, person.id, now)
    plan = item.plan if item and item.plan else None
    if plan is None:
        return _end(tx, person, now) if person.plan_until else []
    began = person.plan != plan.id or person.plan_until is None or person.plan_until <= now
    before = (person.plan, person.plan_until)
    person.plan, person.plan_until = plan.id, until
    tx.flush()
    if began:
        belongings.keep(tx, person.id, now)
    return [] if before == (plan.id, until) else [f"{plan.title} until {until:%Y-%m-%d %H:%M}"]


def paid_for(tx: Session, person_id: int, now: datetime) -> tuple[Item | None, datetime | None]:
    """The best plan that any of their subscriptions has paid for, and until when."""
    grace = timedelta(days=settings().PAYMENT_GRACE_DAYS)
    fresh = {"populate_existing": True}
    rows = tx.scalars(select(Subscription).where(Subscription.person_id == person_id), execution_options=fresh).all()
    best: tuple[Item | None, datetime | None] = None, None
    for row in rows:
        paid = tx.scalars(select(PaidPeriod).where(PaidPeriod.subscription_id == row.id), execution_options=fresh)
        found = entitlement(paid.all(), row.status, row.past_due_since, grace, now)
        best = max(best, found, key=_rank)
    return best


def end_overdue(now: datetime) -> int:
    """End the plans whose time is up though nobody said so. How many."""
    wanted = select(Person.id).where(Person.plan_until <= now).order_by(Person.plan_until).limit(MOST_AT_ONCE)

    def end(person_id: int) -> int:
        return _end_overdue(person_id, now)

    return each(db.session.scalars(wanted).all(), end)


def _end_overdue(person_id: int, now: datetime) -> bool:
    with transaction() as tx:
        person = lock(tx, person_id)
        if person.plan_until is None or person.plan_until > now:
            return False  # somebody was faster
        return bool(settle(tx, person, now))


def _end(tx: Session, person: Person, now: datetime) -> list[str]:
    ended: Plan = PLANS[person.plan]
    ended_on = min(person.plan_until or now, now)
    person.plan, person.plan_until = FREE.id, None
    tx.flush()
    if belongings.let_go(tx, person.id, ended.title, now) is None:
        occasion = f"{person.id}:{ended_on.date()}"
        outbox.write(tx, "plan_ended", occasion, person.email, now, person_id=person.id, plan=ended.title)
    return [f"{ended.title} has ended"]


def _rank(found: tuple[Item | None, datetime | None]) -> tuple[int, float]:
    item, until = found
    return (item.plan.monthly_credits if item and item.plan else -1), (until.timestamp() if until else 0.0)
