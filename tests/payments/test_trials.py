"""A free trial is for once: for a person, and for a card."""

from datetime import timedelta

from app.extensions import transaction
from app.payments import duties, syncing
from app.payments.models import Trial
from app.till import hands
from tests.payments.till_desk import Desk


def test_a_card_that_had_a_trial_with_somebody_else_gets_no_second_one(desk: Desk) -> None:
    ann, ben = desk.joins("ann"), desk.joins("ben")
    desk.buys(ann, "pro-month", card="shared")
    desk.hears()
    desk.buys(ben, "pro-month", card="shared")
    second = desk.subscription()
    desk.hears()
    assert (desk.plan(ben), desk.credits(ben)) == ("free", 0)
    assert desk.truth(second)["status"] == "canceled"
    [mail] = desk.mails("trial_refused")
    assert (mail.person_id, mail.facts["plan"]) == (ben, "Pro")
    assert desk.credits(ann) == 5_000
    assert desk.differences() == []


def test_whoever_was_refused_is_asked_for_no_money(desk: Desk) -> None:
    ann, ben = desk.joins("ann"), desk.joins("ben")
    desk.buys(ann, "pro-month", card="shared")
    desk.buys(ben, "pro-month", card="shared")
    desk.hears()
    desk.passes(days=10)
    assert [mail.person_id for mail in desk.mails("receipt")] == [ann]


def test_a_second_trial_of_the_same_person_is_refused(desk: Desk) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "pro-month")
    desk.hears()
    hands.cancel_now(desk.subscription(), desk.time.now())
    desk.hears()
    with transaction() as tx:  # as if the checkout had not known of the first
        kept = tx.get_one(Trial, ann)
        values = (kept.person_id, kept.subscription_id, kept.fingerprint, kept.started_at)
        tx.delete(kept)
    session = desk.opens(ann, "pro-month")
    with transaction() as tx:
        names = ("person_id", "subscription_id", "fingerprint", "started_at")
        tx.add(Trial(**dict(zip(names, values, strict=True))))
    hands.pay(session, "works", desk.time.now())
    desk.hears()
    assert desk.plan(ann) == "free"
    assert len(desk.mails("trial_refused")) == 1
    assert desk.differences() == []


def test_a_checkout_after_a_trial_is_paid_at_once(desk: Desk) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "pro-month")
    desk.hears()
    hands.cancel_now(desk.subscription(), desk.time.now())
    desk.hears()
    assert desk.plan(ann) == "free"
    desk.buys(ann, "pro-month")
    desk.hears()
    assert desk.plan(ann) == "pro"
    assert [mail.facts["amount"] for mail in desk.mails("receipt")] == [1_499]


def test_three_days_before_a_trial_ends_a_mail_says_so(desk: Desk) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "pro-year")
    desk.hears()
    begun = desk.time.now()
    desk.passes(days=3, hours=23)
    assert desk.mails("trial_ending") == []
    desk.passes(hours=2)
    [mail] = desk.mails("trial_ending")
    assert (mail.facts["plan"], mail.facts["amount"], mail.facts["interval"]) == ("Pro", 14_999, "year")
    assert mail.facts["ends_at"].startswith(f"{begun + timedelta(days=7):%Y-%m-%dT%H:%M}")
    desk.passes(days=10)
    assert len(desk.mails("trial_ending")) == 1


def test_the_mail_goes_though_no_event_comes(desk: Desk) -> None:
    desk.buys(desk.joins("ann"), "pro-month")
    desk.hears()
    desk.time.forward(days=5)
    assert duties.announce_trial_ends(desk.time.now()) == 1
    assert len(desk.mails("trial_ending")) == 1
    assert duties.announce_trial_ends(desk.time.now()) == 0


def test_nobody_is_warned_of_the_end_of_a_trial_they_have_canceled(desk: Desk) -> None:
    desk.buys(desk.joins("ann"), "pro-month")
    desk.hears()
    hands.cancel(desk.subscription(), desk.time.now())
    desk.passes(days=6)
    assert desk.mails("trial_ending") == []


def test_a_trial_that_is_canceled_ends_with_its_week(desk: Desk) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "pro-month")
    desk.hears()
    hands.cancel(desk.subscription(), desk.time.now())
    desk.passes(days=6, hours=23)
    assert desk.plan(ann) == "pro"
    desk.passes(hours=5)
    assert (desk.plan(ann), desk.credits(ann)) == ("free", 0)
    assert desk.mails("receipt") == []
    assert desk.differences() == []


def test_a_trial_whose_card_is_gone_pauses_and_brings_nothing_more(desk: Desk) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "pro-month")
    desk.hears()
    desk.twists(desk.subscription(), trial_settings={"end_behavior": {"missing_payment_method": "pause"}})
    hands.remove_card(desk.truth(desk.subscription())["customer"], desk.time.now())
    desk.passes(days=9)
    assert (desk.plan(ann), desk.credits(ann)) == ("free", 0)
    assert desk.differences() == []


def test_a_refused_trial_is_refused_again_whatever_is_looked_at(desk: Desk) -> None:
    ann, ben = desk.joins("ann"), desk.joins("ben")
    desk.buys(ann, "pro-month", card="shared")
    session = desk.buys(ben, "pro-month", card="shared")
    desk.hears()
    assert syncing.session(session, desk.time.now()) == []
    assert desk.credits(ben) == 0
