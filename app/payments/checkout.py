"""Buying: the way from a button to Stripe's page. What was bought is learned afterwards, and from Stripe alone."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select

from app.accounts.models import Person
from app.accounts.verifying import verified
from app.billing.plans import Item
from app.extensions import db, settings
from app.payments import catalogue, customers, portal, subscriptions
from app.payments.gateway import asking, is_missing, once
from app.payments.models import Trial
from app.refusals import Refusal

if TYPE_CHECKING:
    from stripe import StripeClient
    from stripe.params.checkout import SessionCreateParams

DONE = "/checkout/done?session_id={CHECKOUT_SESSION_ID}"  # Stripe puts the id there
BACK = "/pricing"
TRIES = 3


class Order(NamedTuple):
    """What somebody is about to buy. `once` is the same for a press that comes twice."""

    person: Person
    item: Item
    price: str
    origin: str
    once: str


def start(person: Person, item: Item, origin: str, once_token: str, now: datetime) -> str:
    """The address where a person pays for an item, or says yes to another plan.

    Refuses with `conflict` for what they have already, and with `billing_unavailable`.
    """
    from stripe import InvalidRequestError

    order = Order(person, item, catalogue.price_id(item), origin.rstrip("/"), f"{person.id}:{once_token}")
    with asking(f"open a checkout of {item.id}") as stripe:
        customer = customers.ensure(stripe, person, now)
        try:
            return _start(stripe, order, customer)
        except InvalidRequestError as error:
            if not is_missing(error, "customer"):
                raise
        return _start(stripe, order, customers.replace(stripe, person, customer, now))


def _start(stripe: "StripeClient", order: Order, customer: str) -> str:
    if order.item.plan is None:
        session, _ = _opened(stripe, order, customer)
        return str(session["url"])
    if subscription := subscriptions.live(stripe, customer):
        return _change(stripe, order, subscription)
    session, others = _opened(stripe, order, customer)
    for other in others:
        _expire(stripe, other)
    # From here on nothing but this session can be paid; what was paid a moment before is there by now.
    if subscription := subscriptions.live(stripe, customer):
        _expire(stripe, session["id"])
        return _change(stripe, order, subscription)
    return str(session["url"])


def has_trial(person_id: int, item: Item) -> bool:
    """Whether it would begin with a free trial: once for a person, whose address is verified where mail is set up."""
    if item.plan is None or not item.plan.trial_days or not verified(db.session.get_one(Person, person_id)):
        return False
    return db.session.scalar(select(Trial.person_id).where(Trial.person_id == person_id)) is None


def _opened(stripe: "StripeClient", order: Order, customer: str) -> tuple[dict[str, Any], list[str]]:
    """A session that can be paid, and the ids of older ones for a plan.

    Stripe answers a press that comes again as it did the first time, also when that session has been paid since.
    """
    params = _params(order, customer)
    for attempt in range(TRIES):
        made = stripe.v1.checkout.sessions.create(params, once(f"checkout:{order.once}:{attempt}", params)).to_dict()
        still_open = stripe.v1.checkout.sessions.list({"customer": customer, "status": "open", "limit": 100}).data
        if made["id"] in [one.id for one in still_open]:
            return made, [one.id for one in still_open if one.mode == "subscription" and one.id != made["id"]]
    raise Refusal("conflict", "This page was used before. Load it again and press once more.")


def _params(order: Order, customer: str) -> "SessionCreateParams":
    item, metadata = order.item, {"person": str(order.person.id), "item": order.item.id}
    params: SessionCreateParams = {
        "mode": "subscription" if item.plan else "payment",
        "customer": customer,
        "client_reference_id": str(order.person.id),
        "metadata": metadata,
        "line_items": [{"price": order.price, "quantity": 1}],
        "success_url": order.origin + DONE,
        "cancel_url": order.origin + BACK,
        "locale": "auto",
        "adaptive_pricing": {"enabled": False},  # what is paid is held against prices in dollars
    }
    if item.plan:
        params["payment_method_collection"] = "always"
        params["subscription_data"] = {"metadata": metadata}
        if has_trial(order.person.id, item):
            params["subscription_data"]["trial_period_days"] = item.plan.trial_days
    else:
        params["invoice_creation"] = {"enabled": True, "invoice_data": {"metadata": metadata}}
        params["payment_intent_data"] = {"metadata": metadata}
    return _with_settings(params)


def _with_settings(params: "SessionCreateParams") -> "SessionCreateParams":
    if settings().STRIPE_TAX:
        params["automatic_tax"] = {"enabled": True}
        params["tax_id_collection"] = {"enabled": True}
        params["customer_update"] = {"address": "auto", "name": "auto"}  # where the tax is owed, and by whom
    if settings().STRIPE_PROMOTION_CODES:
        params["allow_promotion_codes"] = True
    return params


def _change(stripe: "StripeClient", order: Order, subscription: dict[str, Any]) -> str:
    """Whoever has a plan gets the portal: to change it, or first to mend the card."""
    if subscription["status"] == "incomplete":
        raise Refusal("conflict", "A payment of yours is on its way. Wait until your bank has answered.")
    same = subscriptions.item(subscription) == order.item
    if subscription["status"] in subscriptions.UNPAID or (same and subscriptions.ends(subscription)):
        return portal.home(stripe, subscription["customer"], order.origin, order.once)
    if same:
        raise Refusal("conflict", f"You are on {order.item.title} already.")
    return portal.change(stripe, subscription, order.price, order.origin, order.once)


def _expire(stripe: "StripeClient", session: str) -> None:
    from stripe import InvalidRequestError

    try:
        stripe.v1.checkout.sessions.expire(session, None, once(f"expire:{session}", {}))
    except InvalidRequestError as error:
        if error.code == "resource_missing" or error.http_status != 400:
            raise
        # It is open no more: paid or expired in this very moment. The subscription will tell.
