"""Whatever was missed, `flask billing reconcile` finds and mends, by the same way that events go."""

import pytest
from flask import Flask
from sqlalchemy import delete, update
from stripe import APIConnectionError

from app.accounts.models import Person
from app.extensions import transaction
from app.payments import duties, reconcile
from app.payments.models import Customer, Subscription
from app.till import hands, life
from app.till.models import TillObject
from app.till.transport import Transport
from tests.conftest import Clock, MakeApp
from tests.payments.till_desk import Desk


def runs(app: Flask) -> tuple[int, list[str]]:
    done = app.test_cli_runner().invoke(args=["billing", "reconcile"])
    return done.exit_code, done.output.splitlines()


def test_where_everything_was_heard_there_is_nothing_to_mend(desk: Desk) -> None:
    ann, ben = desk.joins("ann"), desk.joins("ben")
    desk.buys(ann, "pro-month")
    desk.buys(ben, "pack-100")
    desk.hears()
    assert runs(desk.app) == (0, ["0 differences"])


def test_what_nobody_heard_of_is_granted(desk: Desk) -> None:
    ann, ben = desk.joins("ann"), desk.joins("ben")
    desk.buys(ann, "max-month")
    desk.buys(ben, "pack-100")
    status, said = runs(desk.app)
    assert status == 0
    assert any("12,000 credits" in line for line in said)
    assert (desk.plan(ann), desk.credits(ann), desk.credits(ben)) == ("max", 12_000, 2_000)
    assert runs(desk.app) == (0, ["0 differences"])


def test_events_that_come_after_it_change_nothing(desk: Desk) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "max-month")
    runs(desk.app)
    desk.hears()
    assert desk.credits(ann) == 12_000


def test_a_customer_nobody_linked_is_found_by_the_checkout(desk: Desk) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "max-month")
    with transaction() as tx:
        tx.execute(delete(Customer))
    status, said = runs(desk.app)
    assert (status, desk.plan(ann), desk.credits(ann)) == (0, "max", 12_000)
    assert any("customer cus_" in line for line in said)
    assert runs(desk.app) == (0, ["0 differences"])


def test_months_of_silence_are_made_up_for(desk: Desk) -> None:
    """A renewal, an upgrade, a refund and a cancel that nobody heard of."""
    ann = desk.joins("ann")
    desk.buys(ann, "pro-month")
    desk.hears()
    for days in (8, 31):
        desk.time.forward(days=days)
        life.advance(desk.time.now())
    desk.upgrades(desk.subscription(), "max-month")
    hands.refund(desk.latest("payment_intent"), 100, desk.time.now())
    hands.cancel(desk.subscription(), desk.time.now())
    runs(desk.app)
    mended = desk.state()
    desk.hears()
    after = desk.state()
    assert desk.plan(ann) == "max"
    assert {name: rows for name, rows in after.items() if name != "stripe_events"} == {
        name: rows for name, rows in mended.items() if name != "stripe_events"
    }
    assert runs(desk.app) == (0, ["0 differences"])


def test_what_somebody_wrote_over_is_put_right(desk: Desk) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "max-month")
    desk.hears()
    with transaction() as tx:
        tx.execute(update(Person).values(plan="free", plan_until=None))
        tx.execute(update(Subscription).values(status="canceled"))
    status, said = runs(desk.app)
    assert (status, desk.plan(ann)) == (0, "max")
    assert any("status of sub_" in line and "canceled → active" in line for line in said)


def test_a_plan_whose_time_is_up_is_ended(desk: Desk) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "pro-month")
    desk.hears()
    with transaction() as tx:
        tx.execute(update(Person).values(plan_until=desk.time.now()))
        tx.execute(update(Subscription).values(status="canceled"))
    hands.cancel_now(desk.subscription(), desk.time.now())
    runs(desk.app)
    assert (desk.plan(ann), desk.until(ann)) == ("free", None)


def test_what_cannot_be_mended_is_named_and_the_rest_is_mended(desk: Desk) -> None:
    ann, ben = desk.joins("ann"), desk.joins("ben")
    wrong = desk.buys(ann, "pack-100")
    desk.twists(wrong, amount_subtotal=1)
    desk.buys(ben, "pack-10")
    status, said = runs(desk.app)
    assert status == 1
    assert f"could not be mended: session {wrong}: wrong amount or currency" in said
    assert (desk.credits(ann), desk.credits(ben)) == (0, 200)


def test_while_stripe_does_not_answer_it_says_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.buys(desk.joins("ann"), "pack-100")

    def silent(*_args: object, **_options: object) -> None:
        raise APIConnectionError("nobody there", should_retry=False)  # type: ignore[no-untyped-call]

    monkeypatch.setattr(Transport, "request", silent)
    status, said = runs(desk.app)
    assert status == 1
    assert any(line.startswith("could not be mended: cus_") for line in said)


def test_a_site_that_sells_nothing_says_so(make_app: MakeApp, time: Clock) -> None:
    app = make_app(ENVIRONMENT="production", PUBLIC_URL="https://limn.example")
    status, said = runs(app)
    assert status == 1
    assert "Nothing is for sale here" in said[-2]


def test_the_daily_duty_mends_only_where_there_is_a_key(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "pack-10")
    assert duties.daily(desk.time.now()) == 0
    assert desk.credits(ann) == 0
    assert reconcile.reconcile(desk.time.now()).mended
    assert desk.credits(ann) == 200


def test_a_customer_who_was_deleted_at_stripe_is_nothing_to_mend(desk: Desk) -> None:
    """Their payments are known by themselves, what was refunded of them included."""
    ann = desk.joins("ann")
    desk.buys(ann, "max-month")
    desk.hears()
    hands.refund(desk.latest("payment_intent"), None, desk.time.now())
    desk.hears()
    customer = desk.truth(desk.subscription())["customer"]
    with transaction() as tx:
        tx.delete(tx.get_one(TillObject, customer))
    assert desk.says(desk.event("customer.subscription.updated", {"id": desk.subscription()})) == "applied"
    assert runs(desk.app) == (0, ["0 differences"])
    assert desk.credits(ann) == 0


def test_a_person_who_is_another_customer_now_keeps_what_the_first_one_bought(desk: Desk) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "pack-100")
    desk.hears()
    with transaction() as tx:
        tx.execute(update(Customer).values(id="cus_another"))
    hands.refund(desk.latest("payment_intent"), 2_000, desk.time.now())
    desk.hears()
    assert desk.credits(ann) == 1_000
    hands.refund(desk.latest("payment_intent"), 2_000, desk.time.now())
    status, said = runs(desk.app)
    assert (status, desk.credits(ann)) == (0, 0)
    assert any("1,000 credits" in line and "taken back" in line for line in said)
