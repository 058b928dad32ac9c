"""A payment that fails: the plan goes on for its grace, and recovers or ends."""

from datetime import timedelta

from app.till import hands
from tests.payments.till_desk import Desk


def fails_at_renewal(desk: Desk) -> int:
    """Ann is on Max, and her card fails when the second month is to be paid."""
    ann = desk.joins("ann")
    desk.buys(ann, "max-month", card="fails-later")
    desk.hears()
    desk.passes(days=31)
    return ann


def test_a_plan_whose_payment_failed_goes_on_for_its_grace_without_new_credits(desk: Desk) -> None:
    began = desk.time.now()
    ann = fails_at_renewal(desk)
    assert (desk.plan(ann), desk.credits(ann)) == ("max", 0)
    assert desk.until(ann) == began + timedelta(days=30 + 7)
    desk.passes(days=7)
    assert desk.plan(ann) == "free"
    assert desk.differences() == []


def test_every_attempt_that_fails_is_told_once(desk: Desk) -> None:
    fails_at_renewal(desk)
    assert len(desk.mails("payment_failed")) == 1
    desk.passes(days=3)
    desk.hears()
    mails = desk.mails("payment_failed")
    assert len(mails) == 2
    assert {mail.facts["amount"] for mail in mails} == {2_999}
    assert len({mail.facts["until"] for mail in mails}) == 1


def test_another_card_brings_the_month_back(desk: Desk) -> None:
    ann = fails_at_renewal(desk)
    hands.pay_invoice(desk.latest("invoice"), "works", desk.time.now())
    desk.hears()
    assert (desk.plan(ann), desk.credits(ann)) == ("max", 12_000)
    assert desk.until(ann) is not None
    assert desk.differences() == []


def test_a_plan_that_had_ended_comes_back_when_it_is_paid(desk: Desk) -> None:
    ann = fails_at_renewal(desk)
    desk.passes(days=7)
    assert desk.plan(ann) == "free"
    hands.pay_invoice(desk.latest("invoice"), "works", desk.time.now())
    desk.hears()
    assert (desk.plan(ann), desk.credits(ann)) == ("max", 12_000)
    assert desk.differences() == []


def test_at_last_the_subscription_is_canceled(desk: Desk) -> None:
    ann = fails_at_renewal(desk)
    desk.passes(days=30)
    [row] = desk.state()["subscriptions"]
    assert dict(row)["status"] == "canceled"
    assert (desk.plan(ann), desk.credits(ann)) == ("free", 0)
    assert desk.differences() == []


def test_or_it_stays_unpaid_which_ends_the_plan_at_once(desk: Desk) -> None:
    hands.after_last_attempt("unpaid", desk.time.now())
    ann = fails_at_renewal(desk)
    desk.passes(days=30)
    [row] = desk.state()["subscriptions"]
    assert dict(row)["status"] == "unpaid"
    assert desk.plan(ann) == "free"
    assert desk.differences() == []


def test_a_trial_whose_first_payment_fails_is_told_and_has_its_grace(desk: Desk) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "pro-month", card="fails-later")
    desk.hears()
    desk.passes(days=8)
    assert (desk.plan(ann), desk.credits(ann)) == ("pro", 0)
    assert len(desk.mails("payment_failed")) == 1
    desk.passes(days=10)
    assert desk.plan(ann) == "free"
    assert desk.differences() == []
