"""Whoever has a plan, or had one, and presses a button to buy."""

from typing import Any

import pytest

from app.accounts.models import Person
from app.payments.checkout import start
from app.refusals import Refusal
from tests.conftest import Clock
from tests.payments.recorder import Recorder
from tests.payments.stripe_shapes import subscription_to
from tests.payments.test_checkout import MAX, PACK, PRO, SITE, YEARLY, is_customer, on_paper


@pytest.mark.parametrize("wanted", [MAX, YEARLY])
def test_whoever_has_a_plan_confirms_another_in_the_portal(
    buyer: Person, recorder: Recorder, time: Clock, wanted: Any
) -> None:
    is_customer(buyer, time.now())
    recorder.subscriptions = [subscription_to(PRO)]
    assert start(buyer, wanted, SITE, "press", time.now()).startswith("https://billing.stripe.com/")
    [asked] = [one for one in recorder.posts() if one.path == "/v1/billing_portal/sessions"]
    assert on_paper(asked) == {
        "customer": "cus_1",
        "return_url": f"{SITE}/account/billing",
        "locale": "auto",
        "flow_data": {
            "type": "subscription_update_confirm",
            "subscription_update_confirm": {
                "subscription": "sub_1",
                "items": [{"id": "si_1", "price": f"price_{wanted.id}", "quantity": "1"}],
            },
            "after_completion": {"type": "redirect", "redirect": {"return_url": f"{SITE}/account/billing"}},
        },
    }
    assert recorder.sessions == {}


def test_the_plan_one_is_on_is_not_bought_again(buyer: Person, recorder: Recorder, time: Clock) -> None:
    is_customer(buyer, time.now())
    recorder.subscriptions = [subscription_to(PRO)]
    with pytest.raises(Refusal) as refusal:
        start(buyer, PRO, SITE, "press", time.now())
    assert refusal.value.code == "conflict"
    assert "already" in refusal.value.message
    assert recorder.posts() == []


def opened_portal(recorder: Recorder) -> dict[str, Any]:
    [asked] = [one for one in recorder.posts() if one.path == "/v1/billing_portal/sessions"]
    return on_paper(asked)


@pytest.mark.parametrize("ending", [{"cancel_at_period_end": True}, {"schedule": "sub_sched_1"}], ids=str)
def test_a_plan_that_ends_or_changes_is_taken_up_again_in_the_portal(
    buyer: Person, recorder: Recorder, time: Clock, ending: dict[str, Any]
) -> None:
    is_customer(buyer, time.now())
    recorder.subscriptions = [subscription_to(PRO, **ending)]
    start(buyer, PRO, SITE, "press", time.now())
    assert "flow_data" not in opened_portal(recorder)


@pytest.mark.parametrize("status", ["past_due", "unpaid", "paused"])
def test_whoever_owes_mends_the_card_first(buyer: Person, recorder: Recorder, time: Clock, status: str) -> None:
    is_customer(buyer, time.now())
    recorder.subscriptions = [subscription_to(PRO, status)]
    start(buyer, MAX, SITE, "press", time.now())
    assert "flow_data" not in opened_portal(recorder)


def test_a_payment_on_its_way_is_waited_for(buyer: Person, recorder: Recorder, time: Clock) -> None:
    is_customer(buyer, time.now())
    recorder.subscriptions = [subscription_to(PRO, "incomplete")]
    with pytest.raises(Refusal, match="on its way"):
        start(buyer, MAX, SITE, "press", time.now())


def test_a_plan_that_has_ended_is_bought_anew(buyer: Person, recorder: Recorder, time: Clock) -> None:
    is_customer(buyer, time.now())
    recorder.subscriptions = [subscription_to(PRO, "canceled"), subscription_to(PRO, "incomplete_expired")]
    assert start(buyer, PRO, SITE, "press", time.now()).startswith("https://checkout.stripe.com/")


def test_whoever_has_a_plan_buys_packs_beside_it(buyer: Person, recorder: Recorder, time: Clock) -> None:
    is_customer(buyer, time.now())
    recorder.subscriptions = [subscription_to(PRO)]
    assert start(buyer, PACK, SITE, "press", time.now()).startswith("https://checkout.stripe.com/")
