"""What another plan would cost, before anybody decides."""

from datetime import UTC, datetime, timedelta

import pytest

from app.accounts.models import Person
from app.billing.plans import ITEMS
from app.payments import preview
from app.payments.preview import Preview
from app.refusals import Refusal
from tests.conftest import Clock
from tests.payments.recorder import Recorder
from tests.payments.stripe_shapes import subscription_to, unfolded
from tests.payments.test_checkout import MAX, PACK, PRO, YEARLY, had_a_trial, is_customer
from tests.payments.till_desk import Desk

END = datetime.fromtimestamp(1_800_000_000, UTC)  # of the period, at the tests' Stripe
MAX_YEARLY = ITEMS["max-year"]


def test_a_dearer_plan_begins_at_once_with_what_is_left_credited(
    buyer: Person, recorder: Recorder, time: Clock
) -> None:
    is_customer(buyer, time.now())
    recorder.subscriptions = [subscription_to(PRO)]
    found = preview.change(buyer, MAX, time.now())
    assert found == Preview(MAX, at_once=True, starts_at=time.now(), due_now=750, charged=1500, credited=750)
    [asked] = recorder.to("/v1/invoices/create_preview")
    assert unfolded(asked.fields) == {
        "subscription": "sub_1",
        "subscription_details": {
            "items": [{"id": "si_1", "price": "price_max-month", "quantity": "1"}],
            "proration_behavior": "always_invoice",
        },
    }
    assert asked.key


def test_looking_twice_asks_twice(buyer: Person, recorder: Recorder, time: Clock) -> None:
    """With a key of ours Stripe would answer for a day what it answered first."""
    is_customer(buyer, time.now())
    recorder.subscriptions = [subscription_to(PRO)]
    for _ in range(2):
        preview.change(buyer, MAX, time.now())
    first, second = recorder.to("/v1/invoices/create_preview")
    assert first.key != second.key


def test_a_trial_ends_with_the_change(buyer: Person, recorder: Recorder, time: Clock) -> None:
    is_customer(buyer, time.now())
    recorder.subscriptions = [subscription_to(PRO, "trialing")]
    preview.change(buyer, MAX, time.now())
    [asked] = recorder.to("/v1/invoices/create_preview")
    assert asked.fields["subscription_details[trial_end]"] == "now"


@pytest.mark.parametrize(
    ("old", "new", "at_once"),
    [
        (PRO, MAX, True),
        (PRO, YEARLY, True),
        (PRO, MAX_YEARLY, True),
        (MAX, YEARLY, True),
        (YEARLY, MAX_YEARLY, True),
        (MAX, PRO, False),
        (YEARLY, PRO, False),
        (YEARLY, MAX, False),
        (MAX_YEARLY, YEARLY, False),
    ],
    ids=str,
)
def test_cheaper_and_shorter_wait_for_the_periods_end(
    buyer: Person, recorder: Recorder, time: Clock, old: object, new: object, at_once: bool
) -> None:
    is_customer(buyer, time.now())
    recorder.subscriptions = [subscription_to(old)]  # type: ignore[arg-type]
    found = preview.change(buyer, new, time.now())  # type: ignore[arg-type]
    assert found.at_once == at_once
    if not at_once:
        assert (found.starts_at, found.due_now, found.charged, found.credited) == (END, 0, 0, 0)
        assert recorder.to("/v1/invoices/create_preview") == []


def test_a_shorter_interval_waits_even_where_it_costs_more(buyer: Person, recorder: Recorder, time: Clock) -> None:
    is_customer(buyer, time.now())
    recorder.subscriptions = [subscription_to(YEARLY)]
    recorder.subscriptions[0]["items"]["data"][0]["price"]["unit_amount"] = 999
    assert not preview.change(buyer, MAX, time.now()).at_once


def test_whoever_pays_an_old_price_less_than_todays_goes_up(buyer: Person, recorder: Recorder, time: Clock) -> None:
    """What Stripe compares is what they pay, not what others pay today."""
    is_customer(buyer, time.now())
    recorder.subscriptions = [subscription_to(MAX)]
    recorder.subscriptions[0]["items"]["data"][0]["price"]["unit_amount"] = 999
    assert preview.change(buyer, PRO, time.now()).at_once


def test_a_first_plan_costs_nothing_while_it_is_tried(buyer: Person, recorder: Recorder, time: Clock) -> None:
    found = preview.change(buyer, PRO, time.now())
    assert (found.due_now, found.trial_until) == (0, time.now() + timedelta(days=7))
    had_a_trial(buyer, time.now())
    found = preview.change(buyer, PRO, time.now())
    assert (found.due_now, found.trial_until) == (1499, None)
    assert recorder.asked == []


def test_after_a_plan_has_ended_the_next_is_a_first_one(buyer: Person, recorder: Recorder, time: Clock) -> None:
    is_customer(buyer, time.now())
    recorder.subscriptions = [subscription_to(PRO, "canceled")]
    assert preview.change(buyer, MAX, time.now()).due_now == 2999


@pytest.mark.parametrize(("status", "item"), [("active", PRO), ("past_due", MAX), ("active", PACK)])
def test_what_cannot_be_changed_says_why(
    buyer: Person, recorder: Recorder, time: Clock, status: str, item: object
) -> None:
    is_customer(buyer, time.now())
    recorder.subscriptions = [subscription_to(PRO, status)]
    with pytest.raises(Refusal) as refusal:
        preview.change(buyer, item, time.now())  # type: ignore[arg-type]
    assert refusal.value.code == "conflict"


@pytest.mark.parametrize(("old", "new"), [("max-month", "max-year"), ("max-month", "pro-year")])
def test_what_is_shown_is_what_is_charged(desk: Desk, old: str, new: str) -> None:
    pia = desk.joins("pia")
    desk.buys(pia, old)
    desk.passes(days=10)
    shown = preview.change(desk.person(pia), ITEMS[new], desk.time.now())
    desk.upgrades(desk.subscription(), new)
    charged = desk.truth(desk.latest("invoice"))
    assert (shown.due_now, charged["status"]) == (charged["amount_paid"], "paid")
    assert shown.charged - shown.credited == charged["total"]
    assert 0 < shown.credited < ITEMS[old].cents
    assert shown.charged == ITEMS[new].cents


def test_what_waits_is_not_charged_before_it_begins(desk: Desk) -> None:
    pia = desk.joins("pia")
    desk.buys(pia, "max-month")
    desk.passes(days=10)
    shown = preview.change(desk.person(pia), PRO, desk.time.now())
    before = desk.latest("invoice")
    desk.upgrades(desk.subscription(), "pro-month")
    assert (shown.at_once, shown.due_now) == (False, 0)
    assert desk.latest("invoice") == before
    desk.passes(days=1)
    assert desk.plan(pia) == "max"
    desk.passes(days=(shown.starts_at - desk.time.now()).days + 2)
    assert desk.plan(pia) == "pro"
