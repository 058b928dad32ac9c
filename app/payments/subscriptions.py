"""Stripe's subscriptions, as it tells them: which one holds, and what a change of it means."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from app.billing.plans import Item
from app.payments.prices import item_of

if TYPE_CHECKING:
    from stripe import StripeClient

LIVE = ("trialing", "active", "past_due", "unpaid", "paused", "incomplete")
UNPAID = ("past_due", "unpaid", "paused")  # a card that works has to come first


def live(stripe: "StripeClient", customer: str) -> dict[str, Any] | None:
    """The customer's subscription that has not ended, the newest first; None if there is none."""
    found = stripe.v1.subscriptions.list({"customer": customer, "limit": 100})
    every = (one.to_dict() for one in found.auto_paging_iter())
    return next((one for one in every if one["status"] in LIVE), None)


def row(subscription: dict[str, Any]) -> dict[str, Any]:
    """Its one line: `id`, `price`, `current_period_end`."""
    only: dict[str, Any] = subscription["items"]["data"][0]
    return only


def item(subscription: dict[str, Any]) -> Item | None:
    return item_of(row(subscription)["price"])


def ends(subscription: dict[str, Any]) -> bool:
    """Whether it has been canceled and runs out, or changes by itself when the period ends."""
    return any(subscription.get(name) for name in ("cancel_at_period_end", "cancel_at", "schedule"))


def period_end(subscription: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(row(subscription)["current_period_end"], UTC)


def changes_at_once(subscription: dict[str, Any], to: Item) -> bool:
    """What costs less, or comes in shorter intervals, waits for the period's end: as the portal is told to do it."""
    price = row(subscription)["price"]
    shorter = price["recurring"]["interval"] == "year" and to.interval == "month"
    return to.cents >= price["unit_amount"] and not shorter
