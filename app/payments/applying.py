"""Writing Stripe's truth down, and everything that follows from it, in the caller's one transaction.

Everything is written as it is, not as it changed, and what happens once carries a unique key: so it does not matter how
often or in which order the truth is told. `seen` is the version of what was there when Stripe was asked; if it is
another by now, somebody asked later than we did, and what we have is stale.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.billing.plans import ITEMS
from app.credits import wallet
from app.credits.ledger import Grant
from app.extensions import insert_once
from app.jobs import belongings
from app.payments import entitlement, granting, taking_back, telling, trials
from app.payments.models import Customer, PaidPeriod, Payment, Subscription
from app.payments.truth import Bought, Line, Money, Rejected, Subscribed

FIELDS = (
    "status",
    "item",
    "next_item",
    "started_at",
    "period_end",
    "trial_end",
    "ends_at",
    "past_due_since",
    "paused",
)
QUIET = ("started_at",)  # no news


class Stale(Exception):
    """Somebody wrote after Stripe was asked. Ask again."""


@dataclass(frozen=True)
class Owner:
    """Whose it is. `customer` is the one to be linked with them now, None if that is done."""

    person_id: int
    customer: str | None = None


def subscription(tx: Session, owner: Owner, found: Subscribed, seen: int | None, now: datetime) -> list[str]:
    """A subscription, what was paid for it, and what that brings. What changed. Raises Stale."""
    person = entitlement.lock(tx, owner.person_id)
    changed = _link(tx, owner, now) + _write_subscription(tx, person, found, seen, now)
    periods = _periods(tx, person, found, now)
    changed += _write_periods(tx, found, periods)
    changed += entitlement.settle(tx, person, now)  # files and jobs before the wallet: see jobs.belongings
    granted = granting.grant_months(tx, found.id, now)
    changed += [f"{month.credits:,} credits of {month.source}" for month in granted]
    for money in found.money:
        brought = sum(month.credits for month in granted if month.source == money.source)
        changed += _write_payment(tx, person, money, brought, now, found.id)
    changed += _withdraw(tx, found) + taking_back.settle(tx, person.id, now)
    telling.trouble(tx, person, found, now)
    telling.trial_ending(tx, person, found, now)
    return changed


def checkout(tx: Session, owner: Owner, found: Bought, seen: int | None, now: datetime) -> list[str]:
    """A checkout: whose customer it was, and the pack that was paid. What changed. Raises Stale."""
    person = entitlement.lock(tx, owner.person_id)
    changed = _link(tx, owner, now)
    money = found.money
    if money is None:
        return changed
    pack = ITEMS[money.item].pack
    if pack is None:
        raise Rejected("a checkout of something that is no pack")
    _fence_payment(tx, money, seen)
    gone = _is_news(tx, money) and taking_back.share(money) == 1
    if gone or taking_back.share(money) < 1:  # files and jobs before the wallet, whichever way they go
        belongings.keep(tx, person.id, now)
    changed += _write_payment(tx, person, money, pack.credits, now)
    grant = Grant("pack", pack.credits, f"pack:{found.id}", f"Pack of {pack.title}", None, found.id)
    if wallet.grant(tx, person.id, grant, now):
        changed.append(f"{pack.credits:,} credits of {found.id}")
    changed += taking_back.settle(tx, person.id, now)
    if gone:
        belongings.let_go(tx, person.id, f"Pack of {pack.title}", now)
    return changed


def _link(tx: Session, owner: Owner, now: datetime) -> list[str]:
    if owner.customer is None:
        return []
    if not insert_once(tx, Customer, person_id=owner.person_id, id=owner.customer, created_at=now):
        raise Stale  # one of the two was linked meanwhile
    return [f"customer {owner.customer}"]


def _write_subscription(tx: Session, person: Person, found: Subscribed, seen: int | None, now: datetime) -> list[str]:
    fresh: dict[str, Any] = {name: getattr(found, name) for name in FIELDS} | {"seen_at": now}
    before = tx.get(Subscription, found.id, populate_existing=True)
    old = {name: getattr(before, name) for name in FIELDS} if before else {}
    if seen is None:
        if not insert_once(tx, Subscription, id=found.id, person_id=person.id, version=1, **fresh):
            raise Stale
    else:
        mine = update(Subscription).where(Subscription.id == found.id, Subscription.version == seen)
        if tx.scalar(mine.values(version=seen + 1, **fresh).returning(Subscription.id)) is None:
            raise Stale
    return [
        f"{name} of {found.id}: {_said(old.get(name))} → {_said(fresh[name])}"
        for name in FIELDS
        if name not in QUIET and old.get(name) != fresh[name] and (old or fresh[name])
    ]


def _periods(tx: Session, person: Person, found: Subscribed, now: datetime) -> list[Line]:
    """The periods that count: of a trial that is one too many, none."""
    paid = [line for line in found.periods if not line.trial]
    if len(paid) == len(found.periods) or trials.claim(tx, person.id, found, now):
        return list(found.periods)
    if found.status == "trialing":
        raise Stale  # another trial was noted meanwhile: look again, and cancel this one
    if not paid:
        telling.trial_refused(tx, person, found, now)
    return paid


def _write_periods(tx: Session, found: Subscribed, periods: list[Line]) -> list[str]:
    mine = PaidPeriod.subscription_id == found.id
    had = set(tx.scalars(select(PaidPeriod.line_id).where(mine)))
    gone = had - {line.line_id for line in periods}
    if gone:
        tx.execute(delete(PaidPeriod).where(mine, PaidPeriod.line_id.in_(gone)))
    fresh = [line for line in periods if line.line_id not in had]
    for line in fresh:
        insert_once(tx, PaidPeriod, subscription_id=found.id, **asdict(line))
    return [f"paid period {line.line_id} until {line.ends_at:%Y-%m-%d}" for line in fresh] + [
        f"paid period {line_id} is paid no more" for line_id in sorted(gone)
    ]


def _fence_payment(tx: Session, money: Money, seen: int | None) -> None:
    """A checkout is written by whoever asked last."""
    if seen is None:
        if tx.scalar(select(Payment.id).where(Payment.source == money.source)) is not None:
            raise Stale
        return
    mine = update(Payment).where(Payment.source == money.source, Payment.version == seen)
    if tx.scalar(mine.values(version=seen + 1).returning(Payment.id)) is None:
        raise Stale


def _is_news(tx: Session, money: Money) -> bool:
    """Whether less, or more, of a payment is left than we know."""
    known = tx.execute(select(Payment.refunded, Payment.disputed).where(Payment.source == money.source)).first()
    return known is None or tuple(known) != (money.refunded, money.disputed)


def _write_payment(
    tx: Session, person: Person, money: Money, brought: int, now: datetime, subscription_id: str | None = None
) -> list[str]:
    row = asdict(money) | {"person_id": person.id, "subscription_id": subscription_id}
    if insert_once(tx, Payment, version=1, **row):
        telling.receipt(tx, person, money, brought, now)
        return [f"{money.amount} cents of {money.source}"]
    before = tx.scalars(select(Payment).where(Payment.source == money.source)).one()
    changed = [
        f"{name} of {money.source}: {getattr(before, name)} → {getattr(money, name)} cents"
        for name in ("refunded", "disputed")
        if getattr(before, name) != getattr(money, name)
    ]
    tx.execute(update(Payment).where(Payment.source == money.source).values(**row))
    return changed


def _withdraw(tx: Session, found: Subscribed) -> list[str]:
    """Invoices that were paid and are not any more: all of their money is gone."""
    now_paid = {money.source for money in found.money}
    rows = tx.scalars(
        select(Payment).where(Payment.subscription_id == found.id, Payment.refunded < Payment.amount),
        execution_options={"populate_existing": True},
    )
    gone = [row for row in rows.all() if row.source not in now_paid]
    for row in gone:
        row.refunded = row.amount
    tx.flush()
    return [f"{row.source} is paid no more" for row in gone]


def _said(value: object) -> str:
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)
