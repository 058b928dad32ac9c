"""Products, prices, customers and what a checkout sells."""

from typing import Any

from app.till.store import Obj, new_id

ADDRESS: dict[str, None] = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))


def product(name: str, now: int, **given: Any) -> Obj:
    return {
        "id": new_id("prod"),
        "object": "product",
        "active": True,
        "created": now,
        "default_price": None,
        "description": None,
        "images": [],
        "livemode": False,
        "marketing_features": [],
        "metadata": {},
        "name": name,
        "package_dimensions": None,
        "shippable": None,
        "statement_descriptor": None,
        "tax_code": None,
        "type": "service",
        "unit_label": None,
        "updated": now,
        "url": None,
    } | given


def price(product_id: str, currency: str, cents: int, recurring: dict[str, Any] | None, now: int, **given: Any) -> Obj:
    return {
        "id": new_id("price"),
        "object": "price",
        "active": True,
        "billing_scheme": "per_unit",
        "created": now,
        "currency": currency,
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "product": product_id,
        "recurring": _recurring(recurring),
        "tax_behavior": "unspecified",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "recurring" if recurring else "one_time",
        "unit_amount": cents,
        "unit_amount_decimal": str(cents),
    } | given


def plan(price: Obj) -> Obj:
    """What Stripe called a recurring price before; items of subscriptions show it still."""
    return {
        "id": price["id"],
        "object": "plan",
        "active": price["active"],
        "amount": price["unit_amount"],
        "amount_decimal": price["unit_amount_decimal"],
        "billing_scheme": "per_unit",
        "created": price["created"],
        "currency": price["currency"],
        "interval": price["recurring"]["interval"],
        "interval_count": price["recurring"]["interval_count"],
        "livemode": False,
        "metadata": {},
        "meter": None,
        "nickname": None,
        "product": price["product"],
        "tiers_mode": None,
        "transform_usage": None,
        "trial_period_days": None,
        "usage_type": "licensed",
    }


def customer(now: int, **given: Any) -> Obj:
    made = new_id("cus")
    return {
        "id": made,
        "object": "customer",
        "address": None,
        "balance": 0,
        "created": now,
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "description": None,
        "discount": None,
        "email": None,
        "invoice_prefix": made[-8:].upper(),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": {},
        "name": None,
        "next_invoice_sequence": 1,
        "phone": None,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    } | given


def sold(price: Obj, quantity: int, title: str) -> Obj:
    """A line item of a checkout."""
    cents = price["unit_amount"] * quantity
    return {
        "id": new_id("li"),
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": cents,
        "amount_tax": 0,
        "amount_total": cents,
        "currency": price["currency"],
        "description": title,
        "price": price,
        "quantity": quantity,
    }


def _recurring(given: dict[str, Any] | None) -> dict[str, Any] | None:
    if given is None:
        return None
    plain = {"interval_count": 1, "meter": None, "trial_period_days": None, "usage_type": "licensed"}
    return plain | given
