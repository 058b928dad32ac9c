"""Stripe's customer portal, and what it opens with."""

import pytest

from app.accounts.models import Person
from app.extensions import insert_once, transaction
from app.payments import catalogue, portal
from app.payments.gateway import stripe
from app.payments.models import Customer
from app.refusals import Refusal
from tests.conftest import Clock
from tests.payments.recorder import Recorder, fails
from tests.payments.stripe_shapes import subscription_to, unfolded
from tests.payments.test_checkout import PRO, SITE, is_customer


def test_it_opens_with_our_settings_and_leads_back(buyer: Person, recorder: Recorder, time: Clock) -> None:
    catalogue.sync()
    is_customer(buyer, time.now())
    recorder.asked.clear()
    assert portal.open(buyer, SITE, "press") == "https://billing.stripe.com/p/session/1"
    looked, asked = recorder.asked
    assert (str(looked), looked.fields) == (
        "GET /v1/billing_portal/configurations",
        {"active": "true", "limit": "100"},
    )
    assert asked.fields == {
        "customer": "cus_1",
        "return_url": f"{SITE}/account/billing",
        "locale": "auto",
        "configuration": "bpc_1",
    }
    assert asked.key.startswith("portal:press:")


def test_one_page_of_it_changes_the_card(buyer: Person, recorder: Recorder, time: Clock) -> None:
    is_customer(buyer, time.now())
    portal.open(buyer, SITE, "press", "payment_method_update")
    assert recorder.asked[-1].fields["flow_data[type]"] == "payment_method_update"


def test_another_cancels_the_plan(buyer: Person, recorder: Recorder, time: Clock) -> None:
    is_customer(buyer, time.now())
    recorder.subscriptions = [subscription_to(PRO)]
    portal.open(buyer, SITE, "press", "subscription_cancel")
    assert unfolded(recorder.asked[-1].fields)["flow_data"] == {
        "type": "subscription_cancel",
        "subscription_cancel": {"subscription": "sub_1"},
    }


def test_where_there_is_no_plan_there_is_nothing_to_cancel(buyer: Person, recorder: Recorder, time: Clock) -> None:
    is_customer(buyer, time.now())
    with pytest.raises(Refusal, match="no plan to cancel"):
        portal.open(buyer, SITE, "press", "subscription_cancel")


def test_whoever_bought_nothing_has_nothing_to_manage(buyer: Person, recorder: Recorder) -> None:
    with pytest.raises(Refusal) as refusal:
        portal.open(buyer, SITE, "press")
    assert refusal.value.code == "conflict"
    assert recorder.asked == []


def test_nor_has_a_customer_that_stripe_does_not_know(buyer: Person, recorder: Recorder, time: Clock) -> None:
    with transaction() as tx:
        insert_once(tx, Customer, person_id=buyer.id, id="cus_gone", created_at=time.now())
    recorder.gone = {"cus_gone"}
    with pytest.raises(Refusal) as refusal:
        portal.open(buyer, SITE, "press")
    assert refusal.value.code == "conflict"


def test_a_change_that_stripe_cannot_confirm_is_made_in_the_portal_by_hand(
    buyer: Person, recorder: Recorder, time: Clock
) -> None:
    """A plan that is canceled, or changes by itself, may not be updated by that page."""
    ending = subscription_to(PRO, cancel_at_period_end=True)
    refuses = fails(400, type="invalid_request_error", message="This subscription cannot be updated.")
    recorder.troubles = [lambda handler: handler.send(200, {"object": "list", "data": [], "has_more": False}), refuses]
    assert portal.change(stripe(), ending, "price_max-month", SITE, "press").startswith("https://billing.stripe.com/")
    assert "flow_data[type]" not in recorder.asked[-1].fields
