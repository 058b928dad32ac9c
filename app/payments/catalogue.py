"""What is for sale, as Stripe sells it: prices found by lookup key, and how they come to be there."""

import logging
import secrets
from typing import TYPE_CHECKING, Any

from app.billing.plans import Item
from app.extensions import settings
from app.payments import portal_settings, shelf
from app.payments.gateway import asking
from app.payments.prices import CURRENCY, item_of
from app.payments.shelf import is_sold
from app.refusals import Refusal

if TYPE_CHECKING:
    from stripe import StripeClient

__all__ = ["CURRENCY", "item_of", "price_id", "sync"]

FIRST = "first"  # the run that fills an empty till: two buyers may be the first, and it is done once

log = logging.getLogger(__name__)


def price_id(item: Item) -> str:
    """Of the price at which an item is sold now. The test checkout's shelf keeps itself in order.

    Refuses with `billing_unavailable` where Stripe does not sell it, or for another price than ours.
    """
    with asking(f"find the price of {item.id}") as stripe:
        price = _price(stripe, item)
        if settings().test_checkout and not (price and is_sold(price, item)):
            _differences(stripe, secrets.token_hex(8) if price else FIRST)
            price = _price(stripe, item)
    if price is None or not is_sold(price, item):
        log.error("Stripe does not sell %s for %s cents: run `flask billing sync`", item.id, item.cents)
        raise Refusal("billing_unavailable", f"{item.title} cannot be bought just now. Nothing was charged.")
    return str(price["id"])


def sync(*, check: bool = False) -> list[str]:
    """Bring products, prices and the portal at Stripe in line with ours; a line for each thing that was not.

    With `check` it changes nothing, and the lines say what would be done.
    """
    with asking("bring the catalogue in line") as stripe:
        return _differences(stripe, None if check else secrets.token_hex(8))


def _differences(stripe: "StripeClient", run: str | None) -> list[str]:
    """`run` names this run in idempotency keys: what one run did, another may have to do again within a day."""
    return [*shelf.differences(stripe, run), *portal_settings.differences(stripe, run)]


def _price(stripe: "StripeClient", item: Item) -> dict[str, Any] | None:
    found = stripe.v1.prices.list({"lookup_keys": [item.lookup_key], "active": True}).data
    return found[0].to_dict() if found else None
