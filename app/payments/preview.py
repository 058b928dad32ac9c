"""What another plan would do: what is due now, what is credited, from when."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from app.accounts.models import Person
from app.billing.plans import Item
from app.payments import catalogue, checkout, customers, subscriptions
from app.payments.gateway import asking
from app.refusals import Refusal

if TYPE_CHECKING:
    from stripe import StripeClient
    from stripe.params import InvoiceCreatePreviewParams


@dataclass(frozen=True)
class Preview:
    """Amounts in cents, tax included where Stripe works it out. From then on it costs `item.cents` each interval."""

    item: Item
    at_once: bool  # else when what is paid has run out
    starts_at: datetime
    due_now: int
    charged: int = 0  # for the new plan until its period ends
    credited: int = 0  # for what is left of the old one; what exceeds the charge is kept for the next invoice
    trial_until: datetime | None = None  # a first plan that costs nothing until then


def change(person: Person, item: Item, now: datetime) -> Preview:
    """Refuses with `conflict` where it cannot be changed: the same plan, or a payment that is missing."""
    customer = customers.of(person.id)
    if customer is None:
        return _first(person, item, now)
    with asking(f"look what a change to {item.id} would cost") as stripe:
        subscription = subscriptions.live(stripe, customer)
        if subscription is None:
            return _first(person, item, now)
        _refuse_what_cannot_change(subscription, item)
        if not subscriptions.changes_at_once(subscription, item):
            return Preview(item, at_once=False, starts_at=subscriptions.period_end(subscription), due_now=0)
        return _upgrade(_invoice(stripe, subscription, catalogue.price_id(item)), item, now)


def _first(person: Person, item: Item, now: datetime) -> Preview:
    days = item.plan.trial_days if item.plan and checkout.has_trial(person.id, item) else 0
    until = now + timedelta(days=days) if days else None
    due = 0 if until else item.cents
    return Preview(item, at_once=True, starts_at=now, due_now=due, charged=due, trial_until=until)


def _refuse_what_cannot_change(subscription: dict[str, Any], item: Item) -> None:
    if item.plan is None:
        raise Refusal("conflict", "A pack changes no plan.")
    if subscriptions.item(subscription) == item:
        raise Refusal("conflict", f"You are on {item.title} already.")
    if subscription["status"] not in ("active", "trialing"):
        raise Refusal("conflict", "A payment is missing. Mend your card first.")


def _invoice(stripe: "StripeClient", subscription: dict[str, Any], price: str) -> dict[str, Any]:
    """The invoice that would come at once. It changes nothing, and each look wants a fresh answer: no key for it."""
    params: InvoiceCreatePreviewParams = {
        "subscription": subscription["id"],
        "subscription_details": {
            "items": [{"id": subscriptions.row(subscription)["id"], "price": price, "quantity": 1}],
            "proration_behavior": "always_invoice",
        },
    }
    if subscription["status"] == "trialing":
        params["subscription_details"]["trial_end"] = "now"  # as the portal does
    return stripe.v1.invoices.create_preview(params).to_dict()


def _upgrade(invoice: dict[str, Any], item: Item, now: datetime) -> Preview:
    amounts = [line["amount"] for line in invoice["lines"]["data"]]
    return Preview(
        item,
        at_once=True,
        starts_at=now,
        due_now=invoice["amount_due"],
        charged=sum(amount for amount in amounts if amount > 0),
        credited=-sum(amount for amount in amounts if amount < 0),
    )
