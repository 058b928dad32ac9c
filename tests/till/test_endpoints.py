"""What the endpoints of the test checkout do, asked with Stripe's library."""

from collections.abc import Callable
from typing import Any

import pytest
from stripe import CardError, InvalidRequestError

from app.till import hands
from tests.till.shop import DONE, Shop


def refused(call: Callable[[], object]) -> InvalidRequestError:
    with pytest.raises(InvalidRequestError) as error:
        call()
    return error.value


def test_a_customer_is_made_changed_and_found_by_address(shop: Shop) -> None:
    made = shop.v1.customers.create({"email": "ben@limn.example", "metadata": {"person": "7", "kind": "old"}})
    changed = shop.v1.customers.update(made.id, {"name": "Ben", "metadata": {"kind": ""}})

    assert changed.name == "Ben"
    assert changed.metadata.to_dict() == {"person": "7"}
    assert shop.v1.customers.retrieve(made.id).email == "ben@limn.example"
    assert [one.id for one in shop.v1.customers.list({"email": "ben@limn.example"}).data] == [made.id]


def test_products_keep_the_id_they_are_given(shop: Shop) -> None:
    shop.v1.products.create({"id": "limn-pro", "name": "Pro"})
    shop.v1.products.update("limn-pro", {"description": "5,000 credits", "active": False})

    assert shop.v1.products.retrieve("limn-pro").description == "5,000 credits"
    assert [one.id for one in shop.v1.products.list({"active": False}).data] == ["limn-pro"]
    again = refused(lambda: shop.v1.products.create({"id": "limn-pro", "name": "Pro"}))
    assert again.code == "resource_already_exists"


def test_a_lookup_key_moves_only_when_asked_to(shop: Shop) -> None:
    product = shop.v1.products.create({"name": "Pack"}).id
    pack = {"product": product, "currency": "usd", "unit_amount": 500, "lookup_key": "pack-10"}
    old = shop.v1.prices.create(pack).id
    assert refused(lambda: shop.v1.prices.create(pack)).param == "lookup_key"

    fresh = shop.v1.prices.create(pack | {"unit_amount": 600, "transfer_lookup_key": True}).id
    shop.v1.prices.update(old, {"active": False})

    found = shop.v1.prices.list({"lookup_keys": ["pack-10"], "active": True, "expand": ["data.product"]}).data
    assert [(one.id, one.product.name) for one in found] == [(fresh, "Pack")]
    assert shop.v1.prices.retrieve(old).lookup_key is None


def test_a_checkout_shows_what_is_sold_and_where_to_pay(shop: Shop) -> None:
    session = shop.opens("pack", metadata={"item": "pack-10"}, client_reference_id="7")

    found = shop.v1.checkout.sessions.retrieve(session, {"expand": ["line_items.data.price.product", "customer"]})
    assert (found.status, found.payment_status, found.amount_total) == ("open", "unpaid", 500)
    assert found.url == f"http://limn.example/test-checkout/pay/{session}"
    assert found.line_items.data[0].price.product.name == "Pack"
    assert found.customer.email == "ann@limn.example"
    assert found.metadata.to_dict() == {"item": "pack-10"}
    assert "line_items" not in shop.session(session)
    assert shop.v1.checkout.sessions.line_items.list(session).data[0].amount_total == 500


def test_checkouts_are_found_by_what_came_of_them(shop: Shop) -> None:
    session = shop.opens("pack")
    hands.pay(session, "works", shop.time.now())
    other = shop.opens("pack")
    intent = shop.session(session)["payment_intent"]

    def found(**asked: object) -> list[str]:
        return [one.id for one in shop.v1.checkout.sessions.list(asked).data]

    assert found(payment_intent=intent) == found(status="complete") == [session]
    assert found(customer=shop.ann) == [other, session]
    assert found(created={"gte": int(shop.time.now().timestamp()) + 1}) == []


def test_a_checkout_can_be_closed_once(shop: Shop) -> None:
    session = shop.opens()
    assert shop.v1.checkout.sessions.expire(session).status == "expired"
    assert refused(lambda: shop.v1.checkout.sessions.expire(session)).http_status == 400


@pytest.mark.parametrize(
    ("more", "param"),
    [
        ({"line_items": [{"price": "price_none"}]}, "line_items[0][price]"),
        ({"mode": "payment"}, "line_items[0][price]"),
        ({"customer": "cus_none"}, "customer"),
        ({"customer_email": "ann@limn.example"}, "customer"),
        ({"success_url": "/done"}, "success_url"),
        ({"discounts": [{"coupon": "half"}]}, "discounts"),
        ({"line_items": []}, "line_items"),
        ({"subscription_data": {"trial_end": 1}}, "subscription_data[trial_end]"),
    ],
)
def test_a_checkout_that_stripe_would_not_open_is_refused(shop: Shop, more: dict[str, Any], param: str) -> None:
    assert refused(lambda: shop.opens("pro", **more)).param == param


def test_the_money_of_an_invoice_can_be_followed_both_ways(shop: Shop) -> None:
    subscription = shop.subscribes()
    invoice = shop.v1.invoices.list({"subscription": subscription, "expand": ["data.payments"]}).data[0].to_dict()
    payment = invoice["payments"]["data"][0]
    intent = payment["payment"]["payment_intent"]

    back = {"payment": {"type": "payment_intent", "payment_intent": intent}}
    assert [one.invoice for one in shop.v1.invoice_payments.list(back).data] == [invoice["id"]]
    assert shop.v1.invoice_payments.list({"invoice": invoice["id"]}).data[0].amount_paid == 1_499
    charge = shop.v1.payment_intents.retrieve(intent, {"expand": ["latest_charge"]}).latest_charge
    assert (charge.amount, charge.paid) == (1_499, True)
    assert shop.v1.charges.list({"payment_intent": intent}).data[0].id == charge.id
    assert shop.v1.charges.retrieve(charge.id).receipt_url == f"http://limn.example/test-checkout/receipts/{charge.id}"
    assert shop.v1.payment_methods.retrieve(charge.payment_method).card.fingerprint
    assert "payments" not in shop.v1.invoices.retrieve(invoice["id"]).to_dict()
    assert shop.v1.invoices.line_items.list(invoice["id"]).data[0].amount == 1_499


def test_a_refund_takes_no_more_than_there_is(shop: Shop) -> None:
    hands.pay(session := shop.opens("pack"), "works", shop.time.now())
    intent = shop.session(session)["payment_intent"]

    part = shop.v1.refunds.create({"payment_intent": intent, "amount": 200, "reason": "requested_by_customer"})
    assert (part.amount, part.reason, part.status) == (200, "requested_by_customer", "succeeded")
    assert refused(lambda: shop.v1.refunds.create({"payment_intent": intent, "amount": 301})).param == "amount"
    rest = shop.v1.refunds.create({"charge": part.charge})
    assert rest.amount == 300
    again = refused(lambda: shop.v1.refunds.create({"charge": part.charge}))
    assert again.code == "charge_already_refunded"
    assert [one.amount for one in shop.v1.refunds.list({"payment_intent": intent}).data] == [300, 200]
    charge = shop.v1.charges.retrieve(part.charge, {"expand": ["refunds"]})
    assert (charge.amount_refunded, charge.refunded, len(charge.refunds.data)) == (500, True, 2)


def test_a_dispute_is_found_by_its_charge(shop: Shop) -> None:
    hands.pay(session := shop.opens("pack"), "works", shop.time.now())
    intent = shop.session(session)["payment_intent"]
    dispute = hands.dispute(intent, shop.time.now())

    found = shop.v1.disputes.retrieve(dispute)
    assert (found.amount, found.status) == (500, "needs_response")
    assert [one.id for one in shop.v1.disputes.list({"charge": found.charge}).data] == [dispute]
    assert refused(lambda: shop.v1.refunds.create({"charge": found.charge})).code == "charge_disputed"


def test_an_invoice_that_is_paid_by_call_is_answered_with_the_cards_no(shop: Shop) -> None:
    subscription = shop.subscribes(card="fails-later")
    shop.passes(days=31)
    owed = shop.invoices(subscription)[-1]
    with pytest.raises(CardError) as error:
        shop.v1.invoices.pay(owed["id"])
    assert error.value.code == "card_declined"
    assert shop.v1.invoices.retrieve(owed["id"]).attempt_count == owed["attempt_count"] + 1

    hands.change_card(shop.ann, "works", shop.time.now())
    assert shop.v1.invoices.pay(owed["id"]).status == "paid"
    assert shop.subscription(subscription)["status"] == "active"
    assert refused(lambda: shop.v1.invoices.pay(owed["id"])).code == "invoice_not_payable"


def test_the_portal_offers_what_its_settings_say(shop: Shop) -> None:
    configuration = shop.offers()
    shop.v1.billing_portal.configurations.update(configuration, {"metadata": {"limn": "portal"}})
    found = shop.v1.billing_portal.configurations.list({"active": True}).data[0].to_dict()
    assert found["metadata"] == {"limn": "portal"}
    assert found["features"]["subscription_cancel"]["enabled"]
    assert "products" not in found["features"]["subscription_update"]  # as with Stripe

    asked = {"customer": shop.ann, "return_url": "http://limn.example/account/billing"}
    session = shop.v1.billing_portal.sessions.create(asked)
    assert session.url == f"http://limn.example/test-checkout/portal/{session.id}"


def test_a_link_to_a_change_is_given_only_for_a_change_there_is(shop: Shop) -> None:
    shop.offers()
    subscription = shop.subscribes()
    item = shop.item(subscription)["id"]

    def asks(price: str) -> Any:
        flow = {
            "type": "subscription_update_confirm",
            "subscription_update_confirm": {
                "subscription": subscription,
                "items": [{"id": item, "price": price, "quantity": 1}],
            },
        }
        asked = {"customer": shop.ann, "return_url": "http://limn.example/", "flow_data": flow}
        return shop.v1.billing_portal.sessions.create(asked)

    assert asks(shop.price("max")).flow.type == "subscription_update_confirm"
    assert "unchanged" in str(refused(lambda: asks(shop.price("pro"))))
    assert "products" in str(refused(lambda: asks(shop.price("pack"))))


def test_a_preview_changes_nothing(shop: Shop) -> None:
    subscription = shop.subscribes()
    before = shop.subscription(subscription)
    shop.passes(days=10)
    change = {"items": [{"id": shop.item(subscription)["id"], "price": shop.price("max")}]}
    asked = {"subscription": subscription, "subscription_details": change | {"proration_behavior": "always_invoice"}}

    at_once = shop.v1.invoices.create_preview(asked).to_dict()
    assert [line["amount"] for line in at_once["lines"]["data"]] == [-999, 1_999]
    assert at_once["amount_due"] == 1_000

    later = shop.v1.invoices.create_preview({"subscription": subscription, "subscription_details": change})
    assert [line.amount for line in later.lines.data] == [-999, 1_999, 2_999]
    assert [line.amount for line in shop.v1.invoices.create_preview({"subscription": subscription}).lines.data] == [
        1_499
    ]
    assert shop.subscription(subscription) == before
    assert len(shop.invoices(subscription)) == 1


def test_subscriptions_are_listed_by_status(shop: Shop) -> None:
    first = shop.subscribes()
    shop.v1.subscriptions.cancel(first)
    second = shop.subscribes()

    def found(**asked: object) -> list[str]:
        return [one.id for one in shop.v1.subscriptions.list({"customer": shop.ann} | asked).data]

    assert found() == found(status="active") == [second]
    assert found(status="all") == [second, first]
    assert found(status="canceled") == [first]


def test_one_that_is_over_can_be_changed_no_more(shop: Shop) -> None:
    subscription = shop.subscribes()
    shop.v1.subscriptions.cancel(subscription)
    assert refused(lambda: shop.v1.subscriptions.cancel(subscription)).code == "resource_missing"
    assert refused(lambda: shop.v1.subscriptions.update(subscription, {"description": "x"})).http_status == 400
    assert refused(lambda: shop.v1.invoices.create_preview({"subscription": subscription})).http_status == 400


def test_a_schedule_is_shown_while_it_waits(shop: Shop) -> None:
    configuration = shop.offers("decreasing_item_amount")
    subscription = shop.subscribes("max")
    hands.change_item(subscription, shop.price("pro"), shop.time.now(), configuration)

    found = shop.v1.subscriptions.retrieve(subscription, {"expand": ["schedule"]}).schedule
    assert found.phases[1]["items"][0].price == shop.price("pro")
    assert shop.v1.subscription_schedules.retrieve(found.id).status == "active"
    assert [one.id for one in shop.v1.subscription_schedules.list({"customer": shop.ann}).data] == [found.id]
    wrong = refused(lambda: shop.v1.subscriptions.update(subscription, {"cancel_at_period_end": True}))
    assert found.id in str(wrong)


def test_events_can_be_asked_for(shop: Shop) -> None:
    shop.opens()
    event = shop.told()[-1]
    assert shop.v1.events.retrieve(event.id).type == event.type
    newest = shop.v1.events.list({"type": "customer.created"}).data[0]
    assert newest.data.object.id == shop.ann
    assert newest.api_version == "2026-10-28.endive"
    assert refused(lambda: shop.v1.events.retrieve("evt_none")).code == "resource_missing"


def test_a_webhook_endpoint_shows_its_secret_once(shop: Shop) -> None:
    made = shop.v1.webhook_endpoints.create(
        {"url": "https://limn.example/webhooks", "enabled_events": ["invoice.paid"]}
    )
    assert made.secret.startswith("whsec_")
    shop.v1.webhook_endpoints.update(made.id, {"enabled_events": ["*"], "disabled": True})
    found = shop.v1.webhook_endpoints.list().data[0].to_dict()
    assert (found["enabled_events"], found["status"]) == (["*"], "disabled")
    assert "secret" not in found


def test_a_trial_keeps_the_card_with_a_setup(shop: Shop) -> None:
    shop.subscribes(trial=7)
    found = shop.v1.setup_intents.list({"customer": shop.ann}).data[0]
    assert found.status == "succeeded"
    assert shop.v1.setup_intents.retrieve(found.id).payment_method == found.payment_method
    assert [one.id for one in shop.v1.payment_methods.list({"customer": shop.ann}).data] == [found.payment_method]


def test_the_success_page_gets_the_sessions_id(shop: Shop) -> None:
    assert shop.session(shop.opens())["success_url"] == DONE


def test_prices_that_are_no_longer_sold_cannot_be_bought(shop: Shop) -> None:
    price = shop.price("pro")
    shop.v1.prices.update(price, {"active": False})
    assert refused(lambda: shop.opens("pro")).param == "line_items[0][price]"
