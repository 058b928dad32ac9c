"""Stripe's prices and our items: which is which."""

from typing import Any

from app.billing.plans import ITEMS, Item

CURRENCY = "usd"
MARK = "limn"  # the metadata that says what something at Stripe is to us

_BY_LOOKUP_KEY: dict[str | None, Item] = {item.lookup_key: item for item in ITEMS.values()}


def item_of(price: dict[str, Any]) -> Item | None:
    """Which item a price of Stripe's sells, at what it costs or once cost; None if it is none of ours."""
    marked = (price.get("metadata") or {}).get(MARK)
    item = ITEMS.get(marked) if marked else _BY_LOOKUP_KEY.get(price.get("lookup_key"))
    if item is None or price.get("currency") != CURRENCY or price.get("unit_amount") not in item.prices:
        return None
    recurring = price.get("recurring") or {"interval": None}
    fits = recurring["interval"] == item.interval and recurring.get("interval_count", 1) == 1
    return item if fits else None
