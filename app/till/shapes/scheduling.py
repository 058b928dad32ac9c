"""Subscription schedules."""

from typing import Any

from app.till.months import months_of, period_after
from app.till.shapes.billing import FLEXIBLE
from app.till.store import Obj, new_id


def schedule(subscription: Obj, item: Obj, price: Obj, now: int) -> Obj:
    """One whose first phase is the period that runs and whose second is one period of another price."""
    changes_at = item["current_period_end"]
    second_ends = period_after(changes_at, changes_at, months_of(price))
    phases = [
        _phase(item["price"], item["current_period_start"], changes_at),
        _phase(price, changes_at, second_ends),
    ]
    return {
        "id": new_id("sub_sched"),
        "object": "subscription_schedule",
        "application": None,
        "billing_mode": FLEXIBLE,
        "canceled_at": None,
        "completed_at": None,
        "created": now,
        "current_phase": {"end_date": changes_at, "start_date": item["current_period_start"]},
        "customer": subscription["customer"],
        "default_settings": _plain_settings() | {"billing_cycle_anchor": "automatic", "on_behalf_of": None},
        "end_behavior": "release",
        "livemode": False,
        "metadata": {},
        "phases": phases,
        "released_at": None,
        "released_subscription": None,
        "status": "active",
        "subscription": subscription["id"],
        "test_clock": None,
        "_till": {"recurring": item["price"]["recurring"]},
    }


def _phase(price: Obj, begins: int, ends: int) -> Obj:
    item = {
        "billing_thresholds": None,
        "discounts": [],
        "metadata": {},
        "plan": price["id"],
        "price": price["id"],
        "quantity": 1,
        "tax_rates": [],
    }
    return _plain_settings() | {
        "add_invoice_items": [],
        "billing_cycle_anchor": None,
        "collection_method": None,
        "currency": price["currency"],
        "default_tax_rates": [],
        "discounts": [],
        "end_date": ends,
        "items": [item],
        "metadata": {},
        "on_behalf_of": None,
        "proration_behavior": "none",
        "start_date": begins,
        "trial_end": None,
    }


def _plain_settings() -> dict[str, Any]:
    return {
        "application_fee_percent": None,
        "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
        "billing_thresholds": None,
        "collection_method": "charge_automatically",
        "default_payment_method": None,
        "description": None,
        "invoice_settings": {"account_tax_ids": None, "days_until_due": None, "issuer": {"type": "self"}},
        "transfer_data": None,
    }
