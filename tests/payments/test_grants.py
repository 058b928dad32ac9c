"""What is bought is granted: months and packs, each once, and the plan with them."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from app.extensions import transaction
from app.payments import duties, entitlement, granting
from app.payments.models import PaidPeriod
from app.payments.periods import SETTLING
from app.till import hands
from tests.payments.till_desk import Desk


def test_a_trial_begins_with_a_full_month_of_credits(desk: Desk) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "pro-month")
    desk.hears()
    assert (desk.plan(ann), desk.credits(ann)) == ("pro", 5_000)
    assert desk.until(ann) == desk.time.now() + timedelta(days=7) + SETTLING
    assert desk.differences() == []


def test_a_plan_without_a_trial_is_paid_at_once(desk: Desk) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "max-month")
    desk.hears()
    assert (desk.plan(ann), desk.credits(ann)) == ("max", 12_000)
    [receipt] = desk.mails("receipt")
    assert (receipt.facts["amount"], receipt.facts["credits"]) == (2_999, 12_000)


def test_the_first_paid_month_takes_the_place_of_the_trial(desk: Desk) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "pro-month")
    desk.hears()
    desk.passes(days=8)
    assert (desk.plan(ann), desk.credits(ann)) == ("pro", 5_000)
    assert [mail.facts["amount"] for mail in desk.mails("receipt")] == [1_499]
    assert desk.differences() == []


def test_every_renewal_brings_a_month_and_what_was_left_goes(desk: Desk) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "max-month")
    desk.hears()
    for _ in range(3):
        desk.passes(days=31)
        assert (desk.plan(ann), desk.credits(ann)) == ("max", 12_000)
    assert len(desk.mails("receipt")) == 4
    assert desk.differences() == []


def test_the_plan_goes_on_while_the_invoice_of_a_renewal_settles(desk: Desk) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "max-month")
    desk.hears()
    desk.passes(days=30, minutes=30)  # the period is over, its invoice is a draft
    assert (desk.plan(ann), desk.credits(ann)) == ("max", 12_000)


def test_a_year_brings_its_credits_month_by_month(desk: Desk) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "max-year")
    desk.hears()
    granted = []
    for _ in range(12):
        granted.append(desk.credits(ann))
        desk.passes(days=30.5)
    assert granted == [12_000] * 12
    months = [line for line in desk.state()["lines"] if dict(line)["kind"] == "grant"]
    assert len(months) == 13  # a year is 365 days: the renewal has come
    assert [mail.facts["amount"] for mail in desk.mails("receipt")] == [28_999, 28_999]
    assert desk.differences() == []


def test_months_missed_while_we_were_down_are_granted_late_and_live_a_week(desk: Desk) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "max-year")
    desk.hears()
    desk.time.forward(days=70)
    duties.every_minute(desk.time.now())
    assert desk.credits(ann) == 24_000  # the second month, which is over, and the third
    desk.passes(days=8)
    assert desk.credits(ann) == 12_000
    assert desk.differences() == []


def test_a_pack_brings_its_credits_and_does_not_end(desk: Desk) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "pack-100")
    desk.hears()
    desk.passes(days=400)
    assert (desk.plan(ann), desk.credits(ann)) == ("free", 2_000)
    [receipt] = desk.mails("receipt")
    assert (receipt.facts["what"], receipt.facts["amount"], receipt.facts["credits"]) == ("100 images", 4_000, 2_000)
    assert desk.differences() == []


def test_a_pack_paid_by_a_slow_bank_is_granted_when_the_money_is_there(desk: Desk) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "pack-10", card="bank-debit")
    desk.hears()
    assert desk.credits(ann) == 0
    desk.passes(days=3)
    assert desk.credits(ann) == 200


def test_a_bank_debit_that_fails_brings_nothing(desk: Desk) -> None:
    ann = desk.joins("ann")
    session = desk.opens(ann, "pack-10")
    hands.pay(session, "bank-debit-fails", desk.time.now())
    desk.hears()
    desk.passes(days=3)
    assert desk.credits(ann) == 0
    assert desk.differences() == []


def test_an_upgrade_is_at_once_and_brings_the_difference(desk: Desk) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "pro-month")
    desk.hears()
    desk.passes(days=8)
    desk.passes(days=14)
    desk.upgrades(desk.subscription(), "max-month")
    desk.hears()
    assert desk.plan(ann) == "max"
    assert 5_000 < desk.credits(ann) < 12_000
    desk.passes(days=20)
    assert (desk.plan(ann), desk.credits(ann)) == ("max", 12_000)
    assert desk.differences() == []


def test_a_downgrade_waits_for_the_end_of_what_is_paid(desk: Desk) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "max-month")
    desk.hears()
    desk.upgrades(desk.subscription(), "pro-month")
    desk.hears()
    [row] = desk.state()["subscriptions"]
    assert (dict(row)["item"], dict(row)["next_item"]) == ("max-month", "pro-month")
    assert (desk.plan(ann), desk.credits(ann)) == ("max", 12_000)
    desk.passes(days=31)
    assert (desk.plan(ann), desk.credits(ann)) == ("pro", 5_000)
    assert desk.differences() == []


def test_a_change_to_the_year_begins_anew(desk: Desk) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "max-month")
    desk.hears()
    desk.passes(days=15)
    desk.upgrades(desk.subscription(), "max-year")
    desk.hears()
    assert desk.until(ann) is not None
    assert 17_000 < desk.credits(ann) < 19_000  # this month's, and the half of the next that was paid beyond it
    desk.passes(days=32)
    assert desk.credits(ann) == 12_000
    assert desk.differences() == []


def test_a_plan_that_was_canceled_stays_until_its_end(desk: Desk) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "max-month")
    desk.hears()
    hands.cancel(desk.subscription(), desk.time.now())
    desk.hears()
    assert desk.plan(ann) == "max"
    desk.passes(days=29)
    assert desk.plan(ann) == "max"
    desk.passes(days=2)
    assert (desk.plan(ann), desk.credits(ann)) == ("free", 0)
    assert len(desk.mails("plan_ended")) == 1
    assert desk.differences() == []


def test_a_plan_that_is_canceled_at_once_ends_at_once(desk: Desk) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "max-year")
    desk.hears()
    hands.cancel_now(desk.subscription(), desk.time.now())
    desk.hears()
    assert (desk.plan(ann), desk.credits(ann)) == ("free", 12_000)  # what was paid for is theirs
    desk.passes(days=62)
    assert desk.credits(ann) == 0
    assert desk.differences() == []


def test_a_plan_ends_by_itself_though_no_event_comes(desk: Desk) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "pro-month")
    desk.hears()
    desk.time.forward(days=8)
    assert entitlement.end_overdue(desk.time.now()) == 1
    assert entitlement.end_overdue(desk.time.now()) == 0
    assert desk.plan(ann) == "free"


def test_while_collection_is_paused_what_is_paid_holds_and_nothing_more(desk: Desk) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "max-month")
    desk.hears()
    hands.pause(desk.subscription(), desk.time.now())
    desk.passes(days=29)
    assert desk.plan(ann) == "max"
    desk.passes(days=10)
    assert (desk.plan(ann), desk.credits(ann)) == ("free", 0)
    hands.resume(desk.subscription(), desk.time.now())
    desk.passes(days=25)
    assert (desk.plan(ann), desk.credits(ann)) == ("max", 12_000)
    assert desk.differences() == []


def gives(desk: Desk, plan: str) -> Any:
    return desk.app.test_cli_runner().invoke(args=["people", "set-plan", "ann@limn.example", plan])


def test_a_gift_stays_when_nothing_is_paid(desk: Desk) -> None:
    ann = desk.joins("ann")
    assert gives(desk, "max").exit_code == 0
    desk.buys(ann, "pack-10")
    desk.hears()
    assert (desk.plan(ann), desk.until(ann)) == ("max", None)


def test_a_plan_that_is_paid_takes_the_place_of_a_gift(desk: Desk) -> None:
    ann = desk.joins("ann")
    assert gives(desk, "max").exit_code == 0
    given = desk.credits(ann)
    desk.buys(ann, "pro-month")
    desk.hears()
    assert (desk.plan(ann), desk.credits(ann)) == ("pro", given + 5_000)


def test_nobody_is_given_a_plan_while_they_pay_for_one(desk: Desk) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "max-month")
    desk.hears()
    refused = gives(desk, "free")
    assert refused.exit_code == 1
    assert "pays for Max, a month" in refused.output
    assert desk.plan(ann) == "max"


def test_a_subscription_that_breaks_holds_up_nobody_else(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    ann, ben = desk.joins("ann"), desk.joins("ben")
    desk.buys(ann, "max-year")
    desk.hears()
    broken = desk.subscription()
    desk.buys(ben, "max-year")
    desk.hears()
    with transaction() as tx:
        tx.execute(update(PaidPeriod).where(PaidPeriod.subscription_id == broken).values(item="no-longer-known"))
    desk.time.forward(days=31)
    assert granting.grant_due(desk.time.now()) == 1
    assert (desk.credits(ann), desk.credits(ben)) == (0, 12_000)
    assert f"grant failed for {broken}" in caplog.text
