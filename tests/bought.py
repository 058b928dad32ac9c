"""What somebody bought, as the webhook would have written it: for pages that only show it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import update

from app.accounts.models import Person as PersonRow
from app.extensions import transaction
from app.payments.models import Payment, Subscription
from tests.cast import Person

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def paid(person: Person, **given: Any) -> int:
    """A payment; its id."""
    row = {
        "source": f"in_{given.get('number', 'LIMN-0001')}_{person.id}",
        "person_id": person.id,
        "item": "pro-month",
        "what": "Pro, a month",
        "amount": 1_499,
        "currency": "usd",
        "number": "LIMN-0001",
        "invoice_url": "https://invoice.stripe.com/i/1",
        "pdf_url": "https://invoice.stripe.com/i/1/pdf",
        "paid_at": NOON,
    }
    with transaction() as tx:
        payment = Payment(**{**row, **given})
        tx.add(payment)
    return payment.id


def subscribed(person: Person, **given: Any) -> None:
    """On Pro by the month, until the twentieth of December."""
    until = NOON + timedelta(days=30)
    row = {
        "id": f"sub_{person.id}",
        "person_id": person.id,
        "status": "active",
        "item": "pro-month",
        "started_at": NOON,
        "period_end": until,
        "seen_at": NOON,
    }
    subscription = Subscription(**{**row, **given})
    holds = subscription.status in ("active", "trialing", "past_due")
    plan = subscription.item.split("-")[0] if holds else "free"
    with transaction() as tx:
        tx.add(subscription)
        tx.execute(
            update(PersonRow).where(PersonRow.id == person.id).values(plan=plan, plan_until=until if holds else None)
        )
