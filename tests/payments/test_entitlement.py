"""Where several subscriptions are paid at once, the larger plan holds, and the other when that ends."""

from datetime import timedelta

from app.extensions import transaction
from app.payments import entitlement
from app.payments.models import PaidPeriod, Subscription
from app.payments.periods import SETTLING
from tests.payments.till_desk import Desk


def pays_for(desk: Desk, person_id: int, item: str, days: int, status: str = "active") -> str:
    """A subscription that is paid for so many days, as a sync would have written it."""
    now = desk.time.now()
    ends = now + timedelta(days=days)
    row = {"id": f"sub_{item}", "person_id": person_id, "item": item, "status": status}
    bought = {"line_id": f"il_{item}", "subscription_id": f"sub_{item}", "invoice_id": f"in_{item}", "item": item}
    with transaction() as tx:
        tx.add(Subscription(**row, started_at=now, period_end=ends, seen_at=now))
        tx.flush()
        tx.add(PaidPeriod(**bought, starts_at=now, ends_at=ends, trial=False, change=False))
    return f"sub_{item}"


def settles(desk: Desk, person_id: int) -> list[str]:
    with transaction() as tx:
        return entitlement.settle(tx, entitlement.lock(tx, person_id), desk.time.now())


def test_of_two_plans_the_larger_holds(any_desk: Desk) -> None:
    ann = any_desk.joins("ann")
    pays_for(any_desk, ann, "pro-year", 365)
    pays_for(any_desk, ann, "max-month", 30)
    assert settles(any_desk, ann) == [f"Max until {any_desk.until(ann):%Y-%m-%d %H:%M}"]
    assert settles(any_desk, ann) == []


def test_when_it_ends_the_other_goes_on(any_desk: Desk) -> None:
    ann = any_desk.joins("ann")
    pays_for(any_desk, ann, "pro-year", 365)
    pays_for(any_desk, ann, "max-month", 30)
    settles(any_desk, ann)
    any_desk.time.forward(days=31)
    assert entitlement.end_overdue(any_desk.time.now()) == 1
    assert any_desk.plan(ann) == "pro"
    assert any_desk.mails("plan_ended") == []


def test_a_subscription_that_ended_gives_no_plan_however_long_it_is_paid(desk: Desk) -> None:
    ann = desk.joins("ann")
    pays_for(desk, ann, "max-year", 365, status="canceled")
    assert settles(desk, ann) == []
    assert desk.plan(ann) == "free"


def test_a_plan_does_not_end_before_its_time(desk: Desk) -> None:
    ann = desk.joins("ann")
    pays_for(desk, ann, "max-month", 30)
    settles(desk, ann)
    assert entitlement.end_overdue(desk.time.forward(days=30) + SETTLING - timedelta(seconds=1)) == 0
    assert desk.plan(ann) == "max"


def test_the_end_of_one_plan_ends_nobody_elses(desk: Desk) -> None:
    ann, ben = desk.joins("ann"), desk.joins("ben")
    pays_for(desk, ann, "max-month", 30)
    pays_for(desk, ben, "pro-year", 365)
    for person in (ann, ben):
        settles(desk, person)
    assert entitlement.end_overdue(desk.time.forward(days=40)) == 1
    assert (desk.plan(ann), desk.plan(ben)) == ("free", "pro")
