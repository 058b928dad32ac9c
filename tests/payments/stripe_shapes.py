"""Stripe's objects and forms, as far as the shop looks at them."""

import re
from typing import Any, NamedTuple, cast

from app.billing.plans import Item
from app.payments.shelf import PRODUCTS

Body = dict[str, Any]


class Failure(NamedTuple):
    status: int
    error: Body


def many(found: list[Body]) -> Body:
    return {"object": "list", "data": found, "has_more": False, "url": "/v1/things"}


def missing(param: str, name: str) -> Failure:
    said = {"type": "invalid_request_error", "code": "resource_missing", "param": param}
    return Failure(404, said | {"message": f"No such thing: '{name}'"})


def price_of(item: Item) -> Body:
    product = next(one.stripe_id for one in PRODUCTS if one.id == (item.plan.id if item.plan else item.id))
    return {
        "object": "price",
        "id": f"price_{item.id}",
        "active": True,
        "currency": "usd",
        "unit_amount": item.cents,
        "lookup_key": item.lookup_key,
        "metadata": {"limn": item.id},
        "product": product,
        "recurring": {"interval": item.interval, "interval_count": 1} if item.interval else None,
    }


def subscription_to(item: Item, status: str = "active", **more: Any) -> Body:
    """Pia's, of her customer `cus_1`."""
    row = {"object": "subscription_item", "id": "si_1", "price": price_of(item), "current_period_end": 1_800_000_000}
    plain = {"object": "subscription", "id": "sub_1", "customer": "cus_1", "status": status, "items": many([row])}
    return plain | {"cancel_at_period_end": False, "cancel_at": None, "schedule": None} | more


def unfolded(fields: dict[str, str]) -> Body:
    """`a[b][0]` as Stripe reads it: dictionaries and lists within one another; yes and no as such."""
    tree: Body = {}
    for name, value in fields.items():
        *way, last = re.findall(r"[^\[\]]+", name)
        place = tree
        for step in way:
            place = place.setdefault(step, {})
        place[last] = {"true": True, "false": False}.get(value, value)
    return cast(Body, _with_lists(tree))


def _with_lists(tree: Any) -> Any:
    if not isinstance(tree, dict):
        return tree
    found = {name: _with_lists(value) for name, value in tree.items()}
    return list(found.values()) if found and all(name.isdigit() for name in found) else found
