"""What happens by itself: trials, renewals, cards that fail, plans that end. Each at its time."""

import pytest
from stripe import InvalidRequestError

from app.till import hands, life
from app.till.errors import TillError
from tests.till.shop import COLLECTED, REFUSED, Shop, day

pytestmark = pytest.mark.usefixtures("end_of_january")


def test_months_end_with_the_month_and_come_back_to_their_day(shop: Shop) -> None:
    subscription = shop.subscribes()
    ends = []
    for _ in range(4):
        ends.append(day(shop.item(subscription)["current_period_end"]))
        shop.passes(days=31)
    assert ends == ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]


def test_a_renewal_is_a_draft_for_an_hour(shop: Shop) -> None:
    subscription = shop.subscribes()
    shop.types()
    shop.passes(days=28)

    assert shop.types() == ["invoice.created", "customer.subscription.updated"]
    draft = shop.invoices(subscription)[-1]
    assert (draft["status"], draft["number"], draft["billing_reason"]) == ("draft", None, "subscription_cycle")
    assert draft["lines"]["data"][0]["period"]["start"] == shop.item(subscription)["current_period_start"]
    assert shop.subscription(subscription)["status"] == "active"

    shop.passes(hours=1)
    assert shop.types() == COLLECTED
    assert shop.invoices(subscription)[-1]["status"] == "paid"


def test_a_trial_costs_nothing_and_is_charged_when_it_ends(shop: Shop) -> None:
    session = shop.opens(subscription_data={"trial_period_days": 7})
    assert shop.session(session)["amount_total"] == 0
    hands.pay(session, "works", shop.time.now())
    paid = shop.session(session)
    subscription = paid["subscription"]
    shop.types()

    assert paid["payment_status"] == "no_payment_required"
    assert shop.subscription(subscription)["status"] == "trialing"
    (invoice,) = shop.invoices(subscription)
    assert (invoice["status"], invoice["total"], invoice["amount_paid"]) == ("paid", 0, 0)

    shop.passes(days=4)
    assert shop.types() == ["customer.subscription.trial_will_end"]
    shop.passes(days=3)
    assert shop.types() == ["invoice.created", "customer.subscription.updated"]
    shop.passes(hours=1)
    assert shop.types() == COLLECTED
    assert shop.subscription(subscription)["status"] == "active"
    assert day(shop.item(subscription)["current_period_end"]) == "2026-03-07"


def test_a_card_that_fails_is_tried_three_times_more(shop: Shop) -> None:
    subscription = shop.subscribes(card="fails-later")
    shop.passes(days=28)
    shop.types()
    shop.passes(hours=1)
    assert shop.types() == [
        "invoice.finalized",
        "payment_intent.created",
        *REFUSED,
        "customer.subscription.updated",
    ]
    assert shop.subscription(subscription)["status"] == "past_due"
    for wait in (3, 5):
        shop.passes(days=wait)
        assert shop.types() == REFUSED
    shop.passes(days=6, hours=23)
    assert shop.types() == []
    shop.passes(hours=1)

    assert shop.types() == [*REFUSED, "invoice.updated", "customer.subscription.deleted"]
    over = shop.subscription(subscription)
    assert (over["status"], over["cancellation_details"]["reason"]) == ("canceled", "payment_failed")
    shop.passes(days=60)
    assert shop.types() == []


def test_it_may_stay_unpaid_instead(shop: Shop) -> None:
    hands.after_last_attempt("unpaid", shop.time.now())
    subscription = shop.subscribes(card="fails-later")
    shop.passes(days=28 + 16)
    assert shop.subscription(subscription)["status"] == "unpaid"
    shop.passes(days=31)
    assert [one["status"] for one in shop.invoices(subscription)] == ["paid", "open", "draft"]

    with pytest.raises(TillError):
        hands.after_last_attempt("forgiven", shop.time.now())


def test_a_better_card_brings_it_back(shop: Shop) -> None:
    subscription = shop.subscribes(card="fails-later")
    shop.passes(days=29)
    assert shop.subscription(subscription)["status"] == "past_due"
    hands.change_card(shop.ann, "works", shop.time.now())
    shop.passes(days=3)

    assert shop.subscription(subscription)["status"] == "active"
    assert shop.invoices(subscription)[-1]["attempt_count"] == 2


def test_an_open_invoice_can_be_paid_on_its_page(shop: Shop) -> None:
    subscription = shop.subscribes(card="fails-later")
    shop.passes(days=29)
    owed = shop.invoices(subscription)[-1]["id"]
    assert not hands.pay_invoice(owed, "declined", shop.time.now())
    assert hands.pay_invoice(owed, "works", shop.time.now())
    assert shop.subscription(subscription)["status"] == "active"


def test_a_canceled_plan_goes_on_until_its_end(shop: Shop) -> None:
    subscription = shop.subscribes()
    hands.cancel(subscription, shop.time.now())
    asked = shop.subscription(subscription)
    assert (asked["status"], asked["cancel_at_period_end"]) == ("active", True)
    assert asked["cancel_at"] == shop.item(subscription)["current_period_end"]

    shop.types()
    shop.passes(days=28)
    assert shop.types() == ["customer.subscription.deleted"]
    assert shop.subscription(subscription)["status"] == "canceled"


def test_a_cancellation_can_be_taken_back(shop: Shop) -> None:
    subscription = shop.subscribes()
    shop.v1.subscriptions.update(subscription, {"cancel_at_period_end": True})
    hands.keep(subscription, shop.time.now())
    shop.passes(days=29)
    kept = shop.subscription(subscription)
    assert (kept["status"], kept["cancel_at"], kept["canceled_at"]) == ("active", None, None)


def test_a_plan_can_end_at_once(shop: Shop) -> None:
    subscription = shop.subscribes()
    hands.cancel_now(subscription, shop.time.now())
    assert shop.subscription(subscription)["ended_at"] == int(shop.time.now().timestamp())
    with pytest.raises(TillError, match="over"):
        hands.cancel(subscription, shop.time.now())


def test_a_trial_whose_end_finds_no_card_is_paused(shop: Shop) -> None:
    behaviour = {"end_behavior": {"missing_payment_method": "pause"}}
    hands.pay(
        session := shop.opens(subscription_data={"trial_period_days": 7, "trial_settings": behaviour}),
        "works",
        shop.time.now(),
    )
    subscription = shop.session(session)["subscription"]
    hands.remove_card(shop.ann, shop.time.now())
    shop.passes(days=8)
    assert shop.types()[-1] == "customer.subscription.paused"
    assert shop.subscription(subscription)["status"] == "paused"

    hands.change_card(shop.ann, "works", shop.time.now())
    assert shop.v1.subscriptions.resume(subscription).status == "active"
    assert shop.types()[-1] == "customer.subscription.resumed"
    assert shop.invoices(subscription)[-1]["amount_paid"] == 1_499
    with pytest.raises(InvalidRequestError):
        shop.v1.subscriptions.resume(subscription)


def test_a_trial_whose_end_finds_no_card_may_end_the_plan(shop: Shop) -> None:
    behaviour = {"end_behavior": {"missing_payment_method": "cancel"}}
    hands.pay(
        session := shop.opens(subscription_data={"trial_period_days": 7, "trial_settings": behaviour}),
        "works",
        shop.time.now(),
    )
    hands.remove_card(shop.ann, shop.time.now())
    shop.passes(days=8)
    assert shop.subscription(shop.session(session)["subscription"])["status"] == "canceled"


@pytest.mark.parametrize(
    ("behavior", "status"), [("void", "void"), ("mark_uncollectible", "uncollectible"), ("keep_as_draft", "draft")]
)
def test_nothing_is_collected_in_a_pause(shop: Shop, behavior: str, status: str) -> None:
    subscription = shop.subscribes()
    shop.v1.subscriptions.update(subscription, {"pause_collection": {"behavior": behavior}})
    shop.passes(days=29)
    assert shop.invoices(subscription)[-1]["status"] == status
    shop.v1.subscriptions.update(subscription, {"pause_collection": ""})
    shop.passes(days=31)
    assert shop.invoices(subscription)[-1]["status"] == "paid"


def test_a_pause_can_end_by_itself_or_by_hand(shop: Shop) -> None:
    subscription = shop.subscribes()
    resumes = int(shop.time.now().timestamp()) + 86_400
    shop.v1.subscriptions.update(subscription, {"pause_collection": {"behavior": "void", "resumes_at": resumes}})
    shop.passes(days=1)
    assert shop.subscription(subscription)["pause_collection"] is None

    hands.pause(subscription, shop.time.now())
    assert shop.subscription(subscription)["pause_collection"]["behavior"] == "void"
    hands.resume(subscription, shop.time.now())
    assert shop.subscription(subscription)["pause_collection"] is None


def test_all_that_was_missed_happens_in_order_at_its_own_time(shop: Shop) -> None:
    subscription = shop.subscribes()
    shop.time.forward(days=365, hours=1)
    assert life.advance(shop.time.now()) == 24
    assert life.advance(shop.time.now()) == 0

    invoices = shop.invoices(subscription)
    assert [invoice["status"] for invoice in invoices] == ["paid"] * 13
    begins = [invoice["lines"]["data"][0]["period"]["start"] for invoice in invoices]
    assert begins == [invoice["created"] for invoice in invoices]
    told = [event.created_at for event in shop.told()]
    assert told == sorted(told)
