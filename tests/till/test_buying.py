"""Paying at the test checkout: cards, bank debits, and what the bank does afterwards."""

import pytest

from app.till import hands
from app.till.errors import TillError
from tests.till.shop import Shop

pytestmark = pytest.mark.usefixtures("end_of_january")

BOUGHT = [
    "payment_method.attached",
    "invoice.created",
    "customer.subscription.created",
    "invoice.finalized",
    "payment_intent.created",
    "charge.succeeded",
    "payment_intent.succeeded",
    "invoice_payment.paid",
    "invoice.paid",
    "invoice.payment_succeeded",
    "customer.subscription.updated",
    "checkout.session.completed",
]


def test_a_plan_is_paid_at_the_checkout(shop: Shop) -> None:
    session = shop.opens()
    shop.types()
    assert hands.pay(session, "works", shop.time.now())

    assert shop.types() == BOUGHT
    paid = shop.session(session)
    assert (paid["status"], paid["payment_status"], paid["url"]) == ("complete", "paid", None)
    assert shop.subscription(paid["subscription"])["status"] == "active"
    (invoice,) = shop.invoices(paid["subscription"])
    assert (invoice["billing_reason"], invoice["status"], invoice["amount_paid"]) == (
        "subscription_create",
        "paid",
        1_499,
    )


def test_a_declined_card_leaves_the_checkout_open(shop: Shop) -> None:
    session = shop.opens()
    shop.types()
    assert not hands.pay(session, "declined", shop.time.now())

    assert shop.types()[-2:] == ["charge.failed", "payment_intent.payment_failed"]
    assert shop.session(session)["status"] == "open"
    assert shop.v1.subscriptions.list({"customer": shop.ann}).data == []
    assert hands.pay(session, "works", shop.time.now())


def test_a_checkout_is_paid_once_and_closes_after_a_day(shop: Shop) -> None:
    paid, open_ = shop.opens("pack"), shop.opens("pack")
    hands.pay(paid, "works", shop.time.now())
    with pytest.raises(TillError, match="over"):
        hands.pay(paid, "works", shop.time.now())

    shop.types()
    shop.passes(days=1)
    assert shop.types() == ["checkout.session.expired"]
    assert shop.session(open_)["status"] == "expired"
    assert shop.session(paid)["status"] == "complete"


@pytest.mark.parametrize(("card", "outcome"), [("bank-debit", "succeeded"), ("bank-debit-fails", "failed")])
def test_a_bank_debit_takes_two_days(shop: Shop, card: str, outcome: str) -> None:
    hands.pay(session := shop.opens("pack", invoice_creation={"enabled": True}), card, shop.time.now())
    waits = shop.session(session)
    assert (waits["status"], waits["payment_status"]) == ("complete", "unpaid")
    assert shop.types()[-2:] == ["payment_intent.processing", "checkout.session.completed"]

    shop.passes(days=1)
    assert shop.types() == []
    shop.passes(days=1)
    assert shop.types()[-1] == f"checkout.session.async_payment_{outcome}"
    settled = shop.session(session)
    assert settled["payment_status"] == ("paid" if outcome == "succeeded" else "unpaid")
    assert bool(settled["invoice"]) == (outcome == "succeeded")


def test_no_plan_is_sold_for_a_bank_debit(shop: Shop) -> None:
    with pytest.raises(TillError, match="bank debit"):
        hands.pay(shop.opens(), "bank-debit", shop.time.now())


def test_a_pack_may_come_with_an_invoice(shop: Shop) -> None:
    asked = {"enabled": True, "invoice_data": {"metadata": {"item": "pack"}}}
    hands.pay(session := shop.opens("pack", invoice_creation=asked), "works", shop.time.now())
    invoice = shop.v1.invoices.retrieve(shop.session(session)["invoice"]).to_dict()
    assert (invoice["status"], invoice["amount_paid"], invoice["metadata"]) == ("paid", 500, {"item": "pack"})
    assert invoice["lines"]["data"][0]["parent"]["type"] == "invoice_item_details"


@pytest.mark.parametrize(("won", "last"), [(True, "charge.dispute.funds_reinstated"), (False, "charge.dispute.closed")])
def test_a_dispute_is_won_or_lost(shop: Shop, won: bool, last: str) -> None:
    hands.pay(session := shop.opens("pack"), "works", shop.time.now())
    shop.types()
    dispute = hands.dispute(shop.session(session)["payment_intent"], shop.time.now())
    assert shop.types() == ["charge.dispute.created", "charge.dispute.funds_withdrawn", "charge.updated"]

    hands.close_dispute(dispute, won, shop.time.now())
    assert shop.types()[-1] == last
    assert shop.v1.disputes.retrieve(dispute).status == ("won" if won else "lost")
    with pytest.raises(TillError, match="closed"):
        hands.close_dispute(dispute, won, shop.time.now())


def test_two_people_may_share_a_card_and_otherwise_do_not(shop: Shop) -> None:
    def fingerprint(customer: str, card: str) -> str:
        hands.change_card(customer, card, shop.time.now())
        newest = shop.v1.payment_methods.list({"customer": customer}).data[0]
        return str(newest.card.fingerprint)

    ben = shop.v1.customers.create({"email": "ben@limn.example"}).id
    assert fingerprint(ben, "shared") == fingerprint(shop.ann, "shared")
    assert fingerprint(ben, "works") != fingerprint(shop.ann, "works")
    assert fingerprint(ben, "works") == fingerprint(ben, "works")


def test_a_buyer_without_a_customer_becomes_one(shop: Shop) -> None:
    asked = {
        "mode": "payment",
        "customer_email": "ben@limn.example",
        "line_items": [{"price": shop.price("pack"), "quantity": 2}],
        "success_url": "http://limn.example/done",
    }
    session = shop.v1.checkout.sessions.create(asked).id
    hands.pay(session, "works", shop.time.now())
    paid = shop.session(session)
    assert (paid["amount_total"], paid["customer_details"]["email"]) == (1_000, "ben@limn.example")
    assert shop.v1.customers.retrieve(paid["customer"]).email == "ben@limn.example"


def test_what_a_shop_asks_for_besides_is_shown(shop: Shop) -> None:
    session = shop.session(
        shop.opens(
            automatic_tax={"enabled": True},
            tax_id_collection={"enabled": True},
            customer_update={"address": "auto", "name": "auto"},
            allow_promotion_codes=True,
            adaptive_pricing={"enabled": False},
            payment_method_collection="always",
            locale="auto",
        )
    )
    assert session["automatic_tax"]["enabled"]
    assert session["allow_promotion_codes"]
    assert session["adaptive_pricing"] == {"enabled": False}
