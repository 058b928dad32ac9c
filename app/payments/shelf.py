"""Products and prices at Stripe, held to PLANS and PACKS.

Nothing at Stripe is deleted: whoever pays an old price goes on paying it, and nobody new can.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from app.billing.plans import ITEMS, PACKS, PLANS, Item
from app.payments.gateway import is_missing, once
from app.payments.prices import CURRENCY, MARK, item_of

if TYPE_CHECKING:
    from stripe import StripeClient
    from stripe.params import PriceCreateParams, PriceUpdateParams, ProductCreateParams, ProductUpdateParams


class Product(NamedTuple):
    id: str  # ours, and Stripe's with `limn-` before it
    name: str
    description: str

    @property
    def stripe_id(self) -> str:
        return f"{MARK}-{self.id}"


PAID = [plan for plan in PLANS.values() if plan.paid]
PRODUCTS = (
    *(Product(plan.id, plan.title, f"{plan.monthly_credits:,} credits a month") for plan in PAID),
    *(Product(pack.id, pack.title, f"{pack.credits:,} credits that never expire") for pack in PACKS.values()),
)


def differences(stripe: "StripeClient", run: str | None) -> Iterator[str]:
    """What is not as it should be, each mended before the next is looked for; with `run` None only looked for."""
    for product in PRODUCTS:
        yield from _product(stripe, product, run)
        prices = active_prices(stripe, product.stripe_id)
        for item in ITEMS.values():
            if _product_of(item) == product.id:
                yield from _price(stripe, item, [price for price in prices if _is_of(price, item)], run)


def active_prices(stripe: "StripeClient", product: str) -> list[dict[str, Any]]:
    """Whatever Stripe sells of a product, ours and others'; none of one that is not there."""
    from stripe import InvalidRequestError

    try:
        found = stripe.v1.prices.list({"product": product, "active": True, "limit": 100})
        return [price.to_dict() for price in found.auto_paging_iter()]
    except InvalidRequestError as error:
        if is_missing(error):
            return []
        raise


def is_sold(price: dict[str, Any], item: Item) -> bool:
    """Whether this is the price at which the item is bought now."""
    return (
        price.get("lookup_key") == item.lookup_key and item_of(price) == item and price.get("unit_amount") == item.cents
    )


def _product(stripe: "StripeClient", product: Product, run: str | None) -> Iterator[str]:
    there = _found(stripe, product.stripe_id)
    wanted: ProductUpdateParams = {
        "name": product.name,
        "description": product.description,
        "active": True,
        "metadata": {MARK: product.id},
    }
    if there is None:
        yield f"product {product.stripe_id}: made"
        if run:
            made: ProductCreateParams = {**wanted, "id": product.stripe_id, "name": product.name}  # type: ignore[typeddict-item]
            stripe.v1.products.create(made, once(f"sync:{run}:{product.stripe_id}", made))
    elif changed := [name for name, value in wanted.items() if not _agrees(there.get(name), value)]:
        yield f"product {product.stripe_id}: {', '.join(changed)} changed"
        if run:
            stripe.v1.products.update(product.stripe_id, wanted, once(f"sync:{run}:{product.stripe_id}", wanted))


def _price(stripe: "StripeClient", item: Item, prices: list[dict[str, Any]], run: str | None) -> Iterator[str]:
    sold = [price for price in prices if is_sold(price, item)]
    if not sold:
        yield f"price {item.lookup_key}: made, {item.cents} cents"
        if run:
            made = _params(item)
            stripe.v1.prices.create(made, once(f"sync:{run}:{item.lookup_key}", made))
    for price in prices:
        if price not in sold:
            yield from _old(stripe, price, item, run)


def _old(stripe: "StripeClient", price: dict[str, Any], item: Item, run: str | None) -> Iterator[str]:
    """Nobody new pays it. One we do not know any more is left for the operator: somebody may be paying it."""
    named = f"price {price['id']} of {item.id}, {price['unit_amount']} cents"
    if item_of(price) is None:
        yield f"{named}: unknown here, so whoever pays it gets nothing. Add it to `former`, or archive it at Stripe"
        return
    yield f"{named}: no longer sold"
    if run:
        off: PriceUpdateParams = {"active": False}
        stripe.v1.prices.update(price["id"], off, once(f"sync:{run}:{price['id']}", off))


def _params(item: Item) -> "PriceCreateParams":
    made: PriceCreateParams = {
        "product": f"{MARK}-{_product_of(item)}",
        "currency": CURRENCY,
        "unit_amount": item.cents,
        "lookup_key": item.lookup_key,
        "transfer_lookup_key": True,  # from the price it had before, if any
        "metadata": {MARK: item.id},
    }
    if item.interval:
        made["recurring"] = {"interval": item.interval}
    return made


def _product_of(item: Item) -> str:
    return item.plan.id if item.plan else item.id


def _is_of(price: dict[str, Any], item: Item) -> bool:
    """Whether we made it for the item, at whatever price. An operator's own prices are let be."""
    return price.get("lookup_key") == item.lookup_key or (price.get("metadata") or {}).get(MARK) == item.id


def _found(stripe: "StripeClient", product: str) -> dict[str, Any] | None:
    from stripe import InvalidRequestError

    try:
        there = stripe.v1.products.retrieve(product).to_dict()
    except InvalidRequestError as error:
        if is_missing(error):
            return None
        raise
    return None if there.get("deleted") else there


def _agrees(there: Any, wanted: Any) -> bool:
    """Equal, or with more metadata than ours."""
    return wanted.items() <= (there or {}).items() if isinstance(wanted, dict) else there == wanted
