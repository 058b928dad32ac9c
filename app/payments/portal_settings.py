"""What Stripe's customer portal lets people do: mend their card, find invoices, change the plan, cancel.

A dearer plan begins at once and what is left of the old one is credited; a cheaper one, or a shorter interval, begins
when what is paid has run out.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from app.billing.plans import ITEMS
from app.extensions import settings
from app.payments.gateway import once
from app.payments.prices import MARK
from app.payments.shelf import PAID, active_prices, is_sold

if TYPE_CHECKING:
    from stripe import StripeClient
    from stripe.params.billing_portal import ConfigurationCreateParams

NAME = "portal"
REASONS = (
    "too_expensive",
    "missing_features",
    "switched_service",
    "unused",
    "customer_service",
    "too_complex",
    "low_quality",
    "other",
)


def differences(stripe: "StripeClient", run: str | None) -> Iterator[str]:
    """Whether the portal does what it should, and mended; with `run` None only looked at."""
    there, wanted = find(stripe), _wanted(stripe)
    if there is None:
        yield "portal: made"
        if run:
            made: ConfigurationCreateParams = {**wanted, "name": "Limn"}
            stripe.v1.billing_portal.configurations.create(made, once(f"sync:{run}:portal", made))
    elif not _fits(there, wanted):
        yield "portal: its settings changed"
        if run:
            kept = once(f"sync:{run}:portal", wanted)
            stripe.v1.billing_portal.configurations.update(there["id"], wanted, kept)  # type: ignore[arg-type]


def find(stripe: "StripeClient") -> dict[str, Any] | None:
    """Our configuration of the portal, beside those that others made."""
    found = stripe.v1.billing_portal.configurations.list({"active": True, "limit": 100})
    every = (one.to_dict() for one in found.auto_paging_iter())
    return next((one for one in every if (one["metadata"] or {}).get(MARK) == NAME), None)


def _wanted(stripe: "StripeClient") -> "ConfigurationCreateParams":
    """Stripe does not tell the products of a configuration, so it carries a digest of all that we asked for."""
    features = _features(_products(stripe))
    digest = hashlib.sha256(json.dumps(features, sort_keys=True).encode()).hexdigest()[:32]
    return {"features": features, "metadata": {MARK: NAME, "digest": digest}}  # type: ignore[typeddict-item]


def _features(products: list[dict[str, Any]]) -> dict[str, Any]:
    promotions = ["promotion_code"] if settings().STRIPE_PROMOTION_CODES else []
    return {
        "customer_update": {"enabled": True, "allowed_updates": ["name", "address", "tax_id"]},
        "invoice_history": {"enabled": True},
        "payment_method_update": {"enabled": True},
        "subscription_cancel": {
            "enabled": True,
            "mode": "at_period_end",
            "cancellation_reason": {"enabled": True, "options": list(REASONS)},
        },
        "subscription_update": {
            "enabled": True,
            "default_allowed_updates": ["price", *promotions],
            "proration_behavior": "always_invoice",
            "trial_update_behavior": "end_trial",
            "schedule_at_period_end": {
                "conditions": [{"type": "decreasing_item_amount"}, {"type": "shortening_interval"}]
            },
            "products": products,
        },
    }


def _products(stripe: "StripeClient") -> list[dict[str, Any]]:
    """The plans that can be changed to, each with its prices of today."""
    found = []
    for plan in PAID:
        product = f"{MARK}-{plan.id}"
        items = [item for item in ITEMS.values() if item.plan == plan]
        prices = active_prices(stripe, product)
        sold = [price["id"] for item in items for price in prices if is_sold(price, item)]
        found.append({"product": product, "prices": sold})
    return found


def _fits(there: Any, wanted: Any) -> bool:
    """Whether all that is wanted is there. What Stripe does not show is vouched for by the digest."""
    if isinstance(wanted, dict):
        shown = there if isinstance(there, dict) else {}
        hidden = {"products"} if shown.get("products") is None else set()
        return all(_fits(shown.get(name), value) for name, value in wanted.items() if name not in hidden)
    if isinstance(wanted, list):
        found = there if isinstance(there, list) else []
        return len(found) == len(wanted) and all(any(_fits(one, value) for one in found) for value in wanted)
    return bool(there == wanted)
