"""What the test checkout says no to, as Stripe does, and the small things a call may change."""

from typing import Any

import pytest
from stripe import InvalidRequestError

from app.till import hands
from app.till.errors import TillError
from tests.till.shop import DONE, Shop


@pytest.mark.parametrize(
    ("plan", "more"),
    [
        ("pack", {"subscription_data": {"trial_period_days": 7}}),
        ("pack", {"payment_method_collection": "always"}),
        ("pro", {"invoice_creation": {"enabled": True}}),
        ("pro", {"payment_intent_data": {"description": "Pro"}}),
    ],
)
def test_a_checkout_does_not_mix_what_is_paid_once_and_what_is_renewed(
    shop: Shop, plan: str, more: dict[str, Any]
) -> None:
    with pytest.raises(InvalidRequestError):
        shop.opens(plan, **more)


def test_a_subscription_is_to_one_thing(shop: Shop) -> None:
    items = [{"price": shop.price("pro")}, {"price": shop.price("max")}]
    with pytest.raises(InvalidRequestError, match="one price"):
        shop.v1.checkout.sessions.create({"mode": "subscription", "line_items": items, "success_url": DONE})


def test_a_refund_needs_a_payment_that_came(shop: Shop) -> None:
    hands.pay(session := shop.opens("pack"), "declined", shop.time.now())
    intent = shop.session(session)["payment_intent"]
    with pytest.raises(InvalidRequestError, match="One of"):
        shop.v1.refunds.create({"amount": 100})
    with pytest.raises(InvalidRequestError, match="not been paid"):
        shop.v1.refunds.create({"payment_intent": intent})
    with pytest.raises(TillError, match="cannot be disputed"):
        hands.dispute(intent, shop.time.now())


def test_a_change_names_an_item_and_a_price_that_is_renewed(shop: Shop) -> None:
    subscription = shop.subscribes()
    item = shop.item(subscription)["id"]
    for wrong in ({"id": item, "price": shop.price("pack")}, {"id": "si_none", "price": shop.price("max")}):
        with pytest.raises(InvalidRequestError):
            shop.v1.subscriptions.update(subscription, {"items": [wrong]})
    with pytest.raises(InvalidRequestError, match="proration"):
        shop.v1.subscriptions.cancel(subscription, {"prorate": True})


def test_a_plan_that_ends_at_once_takes_what_was_planned_with_it(shop: Shop) -> None:
    configuration = shop.offers("decreasing_item_amount")
    subscription = shop.subscribes("max")
    hands.change_item(subscription, shop.price("pro"), shop.time.now(), configuration)
    shop.types()
    details = {"comment": "too dear", "feedback": "too_expensive"}
    shop.v1.subscriptions.cancel(subscription, {"cancellation_details": details})

    assert shop.types() == ["subscription_schedule.canceled", "customer.subscription.deleted"]
    over = shop.subscription(subscription)
    assert (over["schedule"], over["cancellation_details"]["comment"]) == (None, "too dear")


def test_plain_fields_change_nothing_else(shop: Shop) -> None:
    subscription = shop.subscribes()
    hands.change_card(shop.ann, "works", shop.time.now())
    card = shop.v1.payment_methods.list({"customer": shop.ann}).data[0].id
    shop.v1.customers.update(
        shop.ann, {"address": {"country": "DE"}, "invoice_settings": {"default_payment_method": card}}
    )
    shop.v1.subscriptions.update(
        subscription,
        {
            "metadata": {"person": "7"},
            "default_payment_method": card,
            "trial_settings": {"end_behavior": {"missing_payment_method": "cancel"}},
            "cancellation_details": {"comment": "none"},
        },
    )
    ann = shop.v1.customers.retrieve(shop.ann, {"expand": ["subscriptions"]}).to_dict()
    (changed,) = ann["subscriptions"]["data"]
    assert (changed["metadata"], changed["default_payment_method"]) == ({"person": "7"}, card)
    assert (ann["address"]["country"], ann["invoice_settings"]["default_payment_method"]) == ("DE", card)
    assert len(shop.invoices(subscription)) == 1


def test_a_link_to_the_portal_needs_somewhere_to_go_and_to_come_back(shop: Shop) -> None:
    back = {"customer": shop.ann, "return_url": "http://limn.example/"}
    with pytest.raises(InvalidRequestError, match="default configuration"):
        shop.v1.billing_portal.sessions.create(back)
    shop.offers()
    subscription = shop.subscribes()
    ben = shop.v1.customers.create({"email": "ben@limn.example"}).id
    flow = {"type": "subscription_cancel", "subscription_cancel": {"subscription": subscription}}

    assert shop.v1.billing_portal.sessions.create(back | {"flow_data": flow}).flow.type == "subscription_cancel"
    for wrong in ({"customer": shop.ann}, back | {"flow_data": {"type": "subscription_cancel"}}):
        with pytest.raises(InvalidRequestError) as error:
            shop.v1.billing_portal.sessions.create(wrong)
        assert error.value.code == "parameter_missing"
    with pytest.raises(InvalidRequestError, match="does not belong"):
        shop.v1.billing_portal.sessions.create(back | {"customer": ben, "flow_data": flow})
    hands.cancel(subscription, shop.time.now())
    with pytest.raises(InvalidRequestError, match="already set to be canceled"):
        shop.v1.billing_portal.sessions.create(back | {"flow_data": flow})
