"""Subscriptions and what is billed for them."""

from copy import deepcopy
from typing import Any

from app.till.shapes.shop import plan
from app.till.store import Obj, new_id

FLEXIBLE = {"type": "flexible", "flexible": {"proration_discounts": "included"}}


def listed(objects: list[Obj], url: str, *, has_more: bool = False) -> Obj:
    return {"object": "list", "data": objects, "has_more": has_more, "url": url}


def subscription(customer: str, price: Obj, payment_method: str | None, now: int, given: dict[str, Any]) -> Obj:
    """A new one, in its first period; `item` is what it is for."""
    made = new_id("sub")
    return (
        deepcopy(_SUBSCRIPTION)
        | {
            "id": made,
            "billing_cycle_anchor": now,
            "billing_mode": FLEXIBLE,
            "created": now,
            "currency": price["currency"],
            "customer": customer,
            "default_payment_method": payment_method,
            "items": listed([item(made, price, now)], f"/v1/subscription_items?subscription={made}"),
            "start_date": now,
        }
        | given
    )


def item(subscription_id: str, price: Obj, now: int) -> Obj:
    return {
        "id": new_id("si"),
        "object": "subscription_item",
        "billing_thresholds": None,
        "created": now,
        "current_period_end": now,
        "current_period_start": now,
        "discounts": [],
        "metadata": {},
        "plan": plan(price),
        "price": price,
        "quantity": 1,
        "subscription": subscription_id,
        "tax_rates": [],
    }


def line(text: str, cents: int, begins: int, ends: int, price: Obj, parent: Obj) -> Obj:
    """A line of an invoice. `parent` says what it is for."""
    return {
        "id": new_id("il"),
        "object": "line_item",
        "amount": cents,
        "currency": price["currency"],
        "description": text,
        "discount_amounts": [],
        "discountable": not (parent["subscription_item_details"] or {}).get("proration", False),
        "discounts": [],
        "invoice": None,
        "livemode": False,
        "metadata": {},
        "parent": parent,
        "period": {"end": ends, "start": begins},
        "pretax_credit_amounts": [],
        "pricing": {
            "price_details": {"price": price["id"], "product": price["product"]},
            "type": "price_details",
            "unit_amount_decimal": price["unit_amount_decimal"],
        },
        "quantity": 1,
        "subscription": (parent["subscription_item_details"] or {}).get("subscription"),
        "subtotal": cents,
        "taxes": [],
    }


def of_item(subscription: Obj, *, proration: bool, credited: Obj | None = None) -> Obj:
    """The parent of a line for a subscription. `credited` is the line of an earlier invoice that it takes back."""
    items = {"invoice": credited["invoice"], "invoice_line_items": [credited["id"]]} if credited else None
    return {
        "invoice_item_details": None,
        "subscription_item_details": {
            "invoice_item": None,
            "proration": proration,
            "proration_details": {"credited_items": items},
            "subscription": subscription["id"],
            "subscription_item": subscription["items"]["data"][0]["id"],
        },
        "type": "subscription_item_details",
    }


def of_nothing() -> Obj:
    """The parent of a line that was bought once."""
    details = {
        "invoice_item": new_id("ii"),
        "proration": False,
        "proration_details": {"credited_items": None},
        "subscription": None,
    }
    return {"invoice_item_details": details, "subscription_item_details": None, "type": "invoice_item_details"}


_SUBSCRIPTION: Obj = {
    "object": "subscription",
    "application": None,
    "application_fee_percent": None,
    "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
    "billing_cycle_anchor_config": None,
    "billing_thresholds": None,
    "cancel_at": None,
    "cancel_at_period_end": False,
    "canceled_at": None,
    "cancellation_details": {"comment": None, "feedback": None, "reason": None},
    "collection_method": "charge_automatically",
    "days_until_due": None,
    "default_source": None,
    "default_tax_rates": [],
    "description": None,
    "discounts": [],
    "ended_at": None,
    "invoice_settings": {"account_tax_ids": None, "issuer": {"type": "self"}},
    "latest_invoice": None,
    "livemode": False,
    "metadata": {},
    "next_pending_invoice_item_invoice": None,
    "on_behalf_of": None,
    "pause_collection": None,
    "payment_settings": {
        "payment_method_options": None,
        "payment_method_types": None,
        "save_default_payment_method": "off",
    },
    "pending_invoice_item_interval": None,
    "pending_setup_intent": None,
    "pending_update": None,
    "schedule": None,
    "status": "active",
    "test_clock": None,
    "transfer_data": None,
    "trial_end": None,
    "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}},
    "trial_start": None,
    "_till": {"warned": False, "pending": []},
}
