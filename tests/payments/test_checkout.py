"""From a button to Stripe's page: what is asked of Stripe, and that two tabs buy one plan."""

from threading import Barrier, Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask

from app.accounts import people
from app.accounts.models import Person
from app.billing.plans import ITEMS
from app.extensions import db, insert_once, transaction
from app.payments import catalogue, checkout, customers
from app.payments.checkout import start
from app.payments.gateway import API_VERSION
from app.payments.models import Customer, Trial
from app.refusals import Refusal
from tests.cast import PASSWORD
from tests.conftest import Clock, MakeApp
from tests.payments.recorder import Asked, Handler, Recorder, fails
from tests.payments.shop import KEYS
from tests.payments.stripe_shapes import subscription_to, unfolded
from tests.till.server import serving

SITE = "https://limn.example"
PRO, YEARLY, MAX, PACK = ITEMS["pro-month"], ITEMS["pro-year"], ITEMS["max-month"], ITEMS["pack-100"]


def on_paper(asked: Asked) -> dict[str, Any]:
    return unfolded(asked.fields)


def session_of(recorder: Recorder) -> dict[str, Any]:
    """The form of the one session that was made."""
    [made] = [one for one in recorder.posts() if one.path == "/v1/checkout/sessions"]
    return on_paper(made)


def had_a_trial(buyer: Person, now: object) -> None:
    with transaction() as tx:
        insert_once(tx, Trial, person_id=buyer.id, subscription_id="sub_0", started_at=now)


def is_customer(buyer: Person, now: object) -> None:
    with transaction() as tx:
        insert_once(tx, Customer, person_id=buyer.id, id="cus_1", created_at=now)


def test_a_first_plan_asks_stripe_this_and_nothing_else(buyer: Person, recorder: Recorder, time: Clock) -> None:
    assert start(buyer, PRO, SITE, "press", time.now()) == "https://checkout.stripe.com/cs_test_1"
    assert [str(one) for one in recorder.asked] == [
        "GET /v1/prices",
        "POST /v1/customers",
        "GET /v1/subscriptions",
        "POST /v1/checkout/sessions",
        "GET /v1/checkout/sessions",
        "GET /v1/subscriptions",
    ]
    assert {one.headers["stripe-version"] for one in recorder.asked} == {API_VERSION}
    keys = [one.key.rsplit(":", 1)[0] for one in recorder.posts()]
    assert keys == [f"customer:{buyer.id}:first:2026112012", f"checkout:{buyer.id}:press:0"]


def test_the_customer_carries_the_person(buyer: Person, recorder: Recorder, time: Clock) -> None:
    start(buyer, PRO, SITE, "press", time.now())
    [made] = recorder.to("/v1/customers")
    assert made.fields == {"email": "pia@limn.example", "metadata[person]": str(buyer.id)}
    assert customers.of(buyer.id) == "cus_1"


def test_a_plan_with_a_trial(buyer: Person, recorder: Recorder, time: Clock) -> None:
    start(buyer, PRO, SITE, "press", time.now())
    named = {"person": str(buyer.id), "item": "pro-month"}
    assert session_of(recorder) == {
        "mode": "subscription",
        "customer": "cus_1",
        "client_reference_id": str(buyer.id),
        "metadata": named,
        "line_items": [{"price": "price_pro-month", "quantity": "1"}],
        "success_url": f"{SITE}/checkout/done?session_id={{CHECKOUT_SESSION_ID}}",
        "cancel_url": f"{SITE}/pricing",
        "locale": "auto",
        "adaptive_pricing": {"enabled": False},
        "payment_method_collection": "always",
        "subscription_data": {"metadata": named, "trial_period_days": "7"},
    }


def test_a_plan_a_year_for_somebody_who_had_a_trial(buyer: Person, recorder: Recorder, time: Clock) -> None:
    had_a_trial(buyer, time.now())
    start(buyer, YEARLY, SITE, "press", time.now())
    made = session_of(recorder)
    assert made["line_items"] == [{"price": "price_pro-year", "quantity": "1"}]
    assert made["subscription_data"] == {"metadata": {"person": str(buyer.id), "item": "pro-year"}}


def test_a_plan_without_a_trial(buyer: Person, recorder: Recorder, time: Clock) -> None:
    start(buyer, MAX, SITE, "press", time.now())
    assert "trial_period_days" not in session_of(recorder)["subscription_data"]


def test_a_pack(buyer: Person, recorder: Recorder, time: Clock) -> None:
    start(buyer, PACK, SITE, "press", time.now())
    named = {"person": str(buyer.id), "item": "pack-100"}
    assert session_of(recorder) == {
        "mode": "payment",
        "customer": "cus_1",
        "client_reference_id": str(buyer.id),
        "metadata": named,
        "line_items": [{"price": "price_pack-100", "quantity": "1"}],
        "success_url": f"{SITE}/checkout/done?session_id={{CHECKOUT_SESSION_ID}}",
        "cancel_url": f"{SITE}/pricing",
        "locale": "auto",
        "adaptive_pricing": {"enabled": False},
        "invoice_creation": {"enabled": True, "invoice_data": {"metadata": named}},
        "payment_intent_data": {"metadata": named},
    }


def test_tax_and_promotion_codes_by_setting(make_app: MakeApp, buyer: Person, recorder: Recorder, time: Clock) -> None:
    taxed = make_app(**KEYS, STRIPE_API_BASE=recorder.url, STRIPE_TAX=True, STRIPE_PROMOTION_CODES=True)
    with taxed.app_context():
        start(buyer, PRO, SITE, "press", time.now())
    made = session_of(recorder)
    assert made["automatic_tax"] == made["tax_id_collection"] == {"enabled": True}
    assert made["customer_update"] == {"address": "auto", "name": "auto"}
    assert made["allow_promotion_codes"] is True


def test_a_press_that_comes_twice_is_one_session(buyer: Person, recorder: Recorder, time: Clock) -> None:
    urls = {start(buyer, item, SITE, "press", time.now()) for item in (PACK, PACK)}
    assert len(urls) == len(recorder.sessions) == 1


def test_a_page_that_was_used_before_opens_a_new_session(buyer: Person, recorder: Recorder, time: Clock) -> None:
    start(buyer, PACK, SITE, "press", time.now())
    recorder.sessions["cs_test_1"]["status"] = "complete"
    assert start(buyer, PACK, SITE, "press", time.now()).endswith("cs_test_2")


def test_and_one_that_was_used_again_and_again_says_so(buyer: Person, recorder: Recorder, time: Clock) -> None:
    for number in (1, 2, 3):
        start(buyer, PACK, SITE, "press", time.now())
        recorder.sessions[f"cs_test_{number}"]["status"] = "complete"
    with pytest.raises(Refusal) as refusal:
        start(buyer, PACK, SITE, "press", time.now())
    assert refusal.value.code == "conflict"


def test_a_second_tab_closes_the_first(buyer: Person, recorder: Recorder, time: Clock) -> None:
    start(buyer, PRO, SITE, "one tab", time.now())
    start(buyer, MAX, SITE, "another", time.now())
    assert [one["status"] for one in recorder.sessions.values()] == ["expired", "open"]
    [closed] = recorder.to("/v1/checkout/sessions/cs_test_1/expire")
    assert closed.key.startswith("expire:cs_test_1:")


def test_packs_are_bought_side_by_side(buyer: Person, recorder: Recorder, time: Clock) -> None:
    start(buyer, PACK, SITE, "one tab", time.now())
    start(buyer, PACK, SITE, "another", time.now())
    assert [one["status"] for one in recorder.sessions.values()] == ["open", "open"]


def test_a_plan_in_one_tab_leaves_the_pack_in_another(buyer: Person, recorder: Recorder, time: Clock) -> None:
    start(buyer, PACK, SITE, "one tab", time.now())
    start(buyer, PRO, SITE, "another", time.now())
    assert [one["status"] for one in recorder.sessions.values()] == ["open", "open"]


def test_what_the_first_tab_bought_a_moment_ago_is_not_bought_again(
    buyer: Person, recorder: Recorder, time: Clock
) -> None:
    start(buyer, PRO, SITE, "one tab", time.now())
    recorder.asked.clear()

    def pays_first(handler: Handler) -> None:
        """Between our looking for a subscription and our closing of the session, the first tab pays."""
        recorder.sessions["cs_test_1"]["status"] = "complete"
        recorder.subscriptions.append(subscription_to(PRO))
        handler.send(400, {"error": {"type": "invalid_request_error", "message": "not open"}})

    recorder.troubles = [answered, answered, answered, answered, pays_first]
    with pytest.raises(Refusal) as refusal:
        start(buyer, PRO, SITE, "another", time.now())
    assert refusal.value.code == "conflict"
    assert recorder.sessions["cs_test_2"]["status"] == "expired"


def answered(handler: Handler) -> None:
    """No trouble at all."""
    done = handler.recorder.answer(handler.recorder.asked[-1])
    handler.send(200, done)  # type: ignore[arg-type]


def test_two_presses_at_the_same_moment_leave_one_session_that_can_be_paid_at_most(
    shop: Flask, buyer: Person, recorder: Recorder, time: Clock
) -> None:
    is_customer(buyer, time.now())
    together, urls = Barrier(2, timeout=10), []

    def press(token: str) -> None:
        with shop.app_context():
            together.wait()
            urls.append(start(buyer, PRO, SITE, token, time.now()))
            db.session.remove()

    threads = [Thread(target=press, args=(token,)) for token in ("one", "another")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(urls) == 2
    assert [one["status"] for one in recorder.sessions.values()].count("open") <= 1


def test_a_stripe_that_fails_in_the_middle_leaves_nothing_that_can_be_paid_unseen(
    buyer: Person, recorder: Recorder, time: Clock
) -> None:
    recorder.troubles = [answered, answered, answered, answered, *[fails(500)] * 3]
    with pytest.raises(Refusal) as refusal:
        start(buyer, PRO, SITE, "press", time.now())
    assert refusal.value.code == "billing_unavailable"
    assert start(buyer, PRO, SITE, "press", time.now()).endswith("cs_test_1")  # the same press again: the same session


def test_a_trial_is_once_for_a_person(buyer: Person, time: Clock) -> None:
    assert checkout.has_trial(buyer.id, PRO)
    assert not checkout.has_trial(buyer.id, MAX)
    assert not checkout.has_trial(buyer.id, PACK)
    had_a_trial(buyer, time.now())
    assert not checkout.has_trial(buyer.id, PRO)


@pytest.mark.parametrize("item", [PRO, MAX, PACK])
def test_over_a_real_line_the_till_takes_what_is_sent(make_app: MakeApp, time: Clock, item: Any) -> None:
    """It refuses parameters that Stripe does not know, and so holds our requests to Stripe's API."""
    with serving() as till:
        till.app = make_app()
        taxed = make_app(**KEYS, STRIPE_API_BASE=till.url, STRIPE_TAX=True, STRIPE_PROMOTION_CODES=True)
        with taxed.app_context():
            catalogue.sync()
            ann = people.register("ann@limn.example", PASSWORD, time.now())
            url = start(ann, item, SITE, "press", time.now())
            db.session.remove()
        posts = [asked for asked in till.requests if asked.method == "POST"]
    assert urlsplit(url).path.startswith("/test-checkout/")
    assert all(asked.headers["idempotency-key"] for asked in posts)
    assert {asked.headers["stripe-version"] for asked in till.requests} == {API_VERSION}
