"""What an event is about. An event says only where to look; what holds is asked for."""

from dataclasses import dataclass
from typing import Literal

from app.payments.truth import Object, named, subscription_of

Kind = Literal["session", "subscription", "payment", "customer"]

HEARD = {  # the types that we know → what their object tells where to look
    **dict.fromkeys(
        (
            "checkout.session.completed",
            "checkout.session.async_payment_succeeded",
            "checkout.session.async_payment_failed",
            "checkout.session.expired",
        ),
        "session",
    ),
    **dict.fromkeys(
        (
            "customer.subscription.created",
            "customer.subscription.updated",
            "customer.subscription.deleted",
            "customer.subscription.paused",
            "customer.subscription.resumed",
            "customer.subscription.trial_will_end",
            "customer.subscription.pending_update_applied",
            "customer.subscription.pending_update_expired",
        ),
        "subscription",
    ),
    **dict.fromkeys(
        (
            "invoice.finalized",
            "invoice.marked_uncollectible",
            "invoice.paid",
            "invoice.payment_failed",
            "invoice.payment_succeeded",
            "invoice.updated",
            "invoice.voided",
        ),
        "invoice",
    ),
    **dict.fromkeys(
        (
            "charge.dispute.closed",
            "charge.dispute.created",
            "charge.dispute.funds_reinstated",
            "charge.dispute.funds_withdrawn",
            "charge.dispute.updated",
            "charge.refund.updated",
            "charge.refunded",
            "refund.created",
            "refund.failed",
            "refund.updated",
        ),
        "payment",
    ),
    **dict.fromkeys(
        (
            "subscription_schedule.aborted",
            "subscription_schedule.canceled",
            "subscription_schedule.completed",
            "subscription_schedule.created",
            "subscription_schedule.expiring",
            "subscription_schedule.released",
            "subscription_schedule.updated",
        ),
        "schedule",
    ),
    "customer.deleted": "customer",
}


@dataclass(frozen=True)
class Subject:
    kind: Kind
    id: str


def subject_of(event_type: str, thing: Object) -> Subject | None:
    """Where to look; None for a type that we do not know, and for what is not about anything sold here."""
    by = HEARD.get(event_type)
    if by == "session":
        return _subject("session", thing["id"])
    if by == "subscription":
        return _subject("subscription", thing["id"])
    if by == "invoice":
        return _subject("subscription", subscription_of(thing))
    if by == "schedule":
        return _subject("subscription", named(thing.get("subscription") or thing.get("released_subscription")))
    if by == "payment":
        return _subject("payment", named(thing.get("payment_intent")))
    return _subject("customer", thing["id"]) if by == "customer" else None


def _subject(kind: Kind, found: str | None) -> Subject | None:
    return Subject(kind, str(found)) if found else None
