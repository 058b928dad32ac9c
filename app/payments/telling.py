"""The mails about money. Each is written with what it tells, once for its occasion."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.billing.plans import ITEMS
from app.extensions import settings
from app.mail import outbox
from app.payments.truth import Money, Subscribed

BEFORE_A_TRIAL_ENDS = timedelta(days=3)


def receipt(tx: Session, person: Person, money: Money, brought: int, now: datetime) -> None:
    """What was paid and what it brought. Nothing for a checkout that cost nothing."""
    if money.amount <= 0:
        return
    outbox.write(
        tx,
        "receipt",
        money.source,
        person.email,
        now,
        person_id=person.id,
        what=money.what,
        amount=money.amount,
        tax=money.tax,
        currency=money.currency,
        number=money.number,
        paid_at=money.paid_at,
        invoice_url=money.invoice_url,
        pdf_url=money.pdf_url,
        credits=brought,
    )


def trouble(tx: Session, person: Person, found: Subscribed, now: datetime) -> None:
    """Each attempt to collect an invoice that failed while the plan goes on."""
    failure = found.failure
    if failure is None or found.status != "past_due":
        return
    until = failure.since + timedelta(days=settings().PAYMENT_GRACE_DAYS)
    occasion = f"{failure.invoice}:{failure.attempt}"
    facts: dict[str, Any] = {"plan": _title(found.item), "amount": failure.amount, "until": until}
    outbox.write(tx, "payment_failed", occasion, person.email, now, person_id=person.id, **facts)


def trial_ending(tx: Session, person: Person, found: Subscribed, now: datetime) -> None:
    """Three days before a trial turns into something that costs."""
    if found.trial_end is None:
        return
    ending = found.status == "trialing" and found.trial_end - BEFORE_A_TRIAL_ENDS <= now < found.trial_end
    if not ending or (found.ends_at and found.ends_at <= found.trial_end):
        return
    facts: dict[str, Any] = {"plan": _title(found.item), "ends_at": found.trial_end, "amount": found.price}
    facts["interval"] = ITEMS[found.item].interval
    outbox.write(tx, "trial_ending", found.id, person.email, now, person_id=person.id, **facts)


def trial_refused(tx: Session, person: Person, found: Subscribed, now: datetime) -> None:
    """A second trial, of the person or of the card. It was canceled, and nobody is asked for money."""
    plan = _title(found.item)
    outbox.write(tx, "trial_refused", found.id, person.email, now, person_id=person.id, plan=plan)


def _title(item_id: str) -> str:
    plan = ITEMS[item_id].plan
    return plan.title if plan else ITEMS[item_id].title
