"""Every object has Stripe's shape: the fields of the published fixtures, with values of the same kind."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from app.till import hands
from app.till.api import answer
from app.till.store import reading
from tests.skips import CORPORA
from tests.till.shop import Shop

KINDS = (
    "billing_portal.configuration",
    "billing_portal.session",
    "charge",
    "checkout.session",
    "customer",
    "dispute",
    "invoice",
    "invoice_payment",
    "payment_intent",
    "payment_method",
    "price",
    "product",
    "refund",
    "setup_intent",
    "subscription",
    "subscription_schedule",
    "webhook_endpoint",
)
OTHERWISE = {
    "charge.refunds is missing",  # shown only where it is expanded
    "charge.payment_method_details.card is missing",  # of a bank debit
    "payment_method.card is missing",
    "invoice.subscription is missing",  # stands in its parent now
}
# Stripe calls these by events that its command line has no recipe for; they stand in its list of events.
WITHOUT_RECIPE = {
    "charge.dispute.funds_reinstated",
    "charge.dispute.funds_withdrawn",
    "charge.pending",
    "charge.updated",
    "customer.subscription.resumed",
    "invoice.payment_succeeded",
    "invoice_payment.paid",
    "refund.created",
}


@cache
def fixtures() -> dict[str, Any]:
    path = CORPORA / "stripe-mock/embedded/openapi/fixtures3.json"
    found: dict[str, Any] = json.loads(path.read_text())["resources"]
    return found


def differences(ours: Any, theirs: Any, path: str) -> Iterator[str]:
    """Where a value is not like the fixture's. Null is like anything; a list is like its first."""
    if ours is None or theirs is None or path.endswith("metadata"):
        return
    if isinstance(ours, list) and isinstance(theirs, list):
        for one in ours:
            yield from differences(one, theirs[0], f"{path}[]") if theirs else ()
    elif isinstance(ours, dict) and isinstance(theirs, dict):
        kind = ours.get("object")
        if kind in fixtures() and path and kind == theirs.get("object"):
            theirs = fixtures()[kind]  # the whole of it
        yield from (f"{path}.{name} is missing" for name in theirs if name not in ours)
        for name in ours.keys() & theirs.keys():
            yield from differences(ours[name], theirs[name], f"{path}.{name}")
    elif type(ours) is not type(theirs) and not {type(ours), type(theirs)} <= {str, dict}:  # named or whole
        yield f"{path} is {ours!r}, not like {theirs!r}"


@pytest.fixture
def busy(shop: Shop) -> Shop:
    """A shop where one of everything has happened."""
    now = shop.time.now
    configuration = shop.offers("decreasing_item_amount")
    shop.v1.billing_portal.sessions.create({"customer": shop.ann, "return_url": "http://limn.example/"})
    shop.v1.webhook_endpoints.create({"url": "https://limn.example/webhooks", "enabled_events": ["*"]})
    subscription = shop.subscribes(trial=7, card="fails-later")
    shop.passes(days=9)
    hands.change_card(shop.ann, "works", now())
    shop.passes(days=4)
    hands.change_item(subscription, shop.price("max"), now(), configuration)
    hands.change_item(subscription, shop.price("pro"), now(), configuration)
    hands.pay(session := shop.opens("pack", invoice_creation={"enabled": True}), "works", now())
    hands.pay(shop.opens("pack"), "bank-debit", now())
    hands.pay(shop.opens("pack"), "declined", now())
    intent = shop.session(session)["payment_intent"]
    hands.refund(intent, 100, now())
    hands.close_dispute(hands.dispute(intent, now()), True, now())
    hands.pause(subscription, now())
    shop.passes(days=31)
    hands.cancel_now(subscription, now())
    return shop


@pytest.mark.needs("corpora")
def test_objects_are_like_stripes(busy: Shop) -> None:
    made = {kind: reading(busy.time.now()).all(kind) for kind in KINDS}
    assert [kind for kind in KINDS if not made[kind]] == []
    found = {
        kind + difference
        for kind in KINDS
        for obj in made[kind]
        for difference in differences(obj, fixtures()[kind], "")
    }
    assert found == OTHERWISE


@pytest.mark.needs("corpora")
def test_items_for_sale_are_like_stripes(busy: Shop) -> None:
    _, sold = answer("GET", f"/v1/checkout/sessions/{busy.opens()}/line_items", {}, None, busy.time.now())
    assert list(differences(sold["data"][0], fixtures()["item"], "")) == []


@pytest.mark.needs("corpora")
def test_events_are_like_stripes_and_of_its_types(busy: Shop) -> None:
    recipes = {path.name.removesuffix(".json") for path in (CORPORA / "stripe-cli-fixtures").rglob("triggers/*.json")}
    told = busy.told()
    assert {event.type for event in told} <= recipes | WITHOUT_RECIPE
    for event in told:
        assert list(differences(json.loads(event.body) | {"data": None}, fixtures()["event"], "")) == []


def test_an_event_shows_the_object_as_it_was_then_and_what_it_was_before(busy: Shop) -> None:
    updates = [event for event in busy.told() if event.type == "customer.subscription.updated"]
    changes = [json.loads(event.body)["data"] for event in updates]
    assert all(data["previous_attributes"] for data in changes)
    statuses = [data["object"]["status"] for data in changes if "status" in data["previous_attributes"]]
    assert statuses == ["active", "past_due", "active"]


def test_nothing_shows_what_only_the_till_knows(busy: Shop) -> None:
    assert not [event.id for event in busy.told() if '"_till"' in event.body]
    for resource in (busy.v1.subscriptions, busy.v1.payment_methods, busy.v1.checkout.sessions):
        assert "'_till'" not in str(resource.list().to_dict())
