"""The quiet notice of somebody who has few credits left: how many, and when more come."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from app import clock
from app.accounts import people
from app.accounts.models import Person
from app.billing.plans import ITEMS
from app.credits.ledger import grants_of_a_visit
from app.payments import books
from app.studio.visit import person, standing


class Low(NamedTuple):
    credits: int
    more: int  # how many come next; 0: nobody knows
    at: datetime | None
    by_visit: bool  # they come to whoever comes back then


def running_low() -> Low | None:
    """For templates. None: there are enough, or nobody is signed in."""
    me = person()
    if me is None or not standing().low_credits:
        return None
    now, left = clock.now(), standing().credits or 0
    return _of_invoices(me, left) if me.plan_until and standing().plan.paid else _of_visits(me, left, now)


def _of_invoices(me: Person, left: int) -> Low:
    subscription = books.subscription_of(me.id)
    if subscription is None or subscription.ends_at or subscription.status not in ("active", "trialing"):
        return Low(left, 0, None, by_visit=False)
    item = ITEMS.get(subscription.next_item or subscription.item)
    more = item.plan.monthly_credits if item and item.plan else 0
    return Low(left, more, subscription.next_grant_at or subscription.period_end, by_visit=False)


def _of_visits(me: Person, left: int, now: datetime) -> Low:
    """What the next day brings, and where that is nothing the next month."""
    if not standing().verified or (not standing().plan.paid and people.first_of_box(me) != me.id):
        return Low(left, 0, None, by_visit=False)
    tomorrow = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    new_month = tomorrow.day == 1
    grants = grants_of_a_visit(standing().plan.allowance, me.joined_at.date(), tomorrow)
    more = sum(grant.amount for grant in grants if grant.kind != "monthly" or new_month)
    if more:
        return Low(left, more, tomorrow, by_visit=True)
    next_month = (tomorrow.replace(day=1) + timedelta(days=31)).replace(day=1)
    return Low(left, standing().plan.monthly_credits, next_month, by_visit=True)
