"""Two things at the same moment: one effect, and what was asked for first never stands over what was asked for last."""

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, select

from app.extensions import db, transaction
from app.payments import duties, fetching, granting, hearing, syncing
from app.payments.applying import Owner
from app.payments.models import Customer, Subscription
from app.payments.truth import Bought, Subscribed
from app.till import events, hands
from app.till.models import TillEvent
from tests.payments.till_desk import Desk

PATIENCE = 60  # seconds


def at_once(desk: Desk, *works: Callable[[], object]) -> list[object]:
    """Do all of it at the same moment, each in a thread with a context of its own. What each returned or raised."""
    start = threading.Barrier(len(works))
    ended: list[object] = [None] * len(works)

    def run(place: int, work: Callable[[], object]) -> None:
        with desk.app.app_context():
            start.wait(PATIENCE)
            try:
                ended[place] = work()
            except Exception as error:  # noqa: BLE001  (it is the test's to judge)
                ended[place] = error
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    db.session.rollback()
    return ended


def hear(desk: Desk, event: TillEvent) -> Callable[[], object]:
    body, now = event.body, desk.time.now()
    return lambda: hearing.receive(body.encode(), events.sign(body), now)


def test_two_deliveries_of_the_same_event_have_one_effect(any_desk: Desk) -> None:
    ann = any_desk.joins("ann")
    any_desk.buys(ann, "max-month")
    [paid] = [event for event in any_desk.untold() if event.type == "invoice.paid"]
    assert at_once(any_desk, *[hear(any_desk, paid)] * 4) == ["applied"] * 4
    assert (any_desk.plan(ann), any_desk.credits(ann)) == ("max", 12_000)
    assert len(any_desk.state()["stripe_events"]) == 1
    assert any_desk.differences() == []


def test_all_events_of_a_checkout_at_the_same_moment_grant_once(any_desk: Desk) -> None:
    ann = any_desk.joins("ann")
    any_desk.buys(ann, "max-month")
    told = [event for event in any_desk.untold() if event.type.startswith(("customer.sub", "invoice.p", "checkout"))]
    assert at_once(any_desk, *[hear(any_desk, event) for event in told]) == ["applied"] * len(told)
    assert (any_desk.plan(ann), any_desk.credits(ann)) == ("max", 12_000)
    assert len(any_desk.state()["stripe_events"]) == len(told)
    assert any_desk.differences() == []


def test_a_pack_told_of_from_all_sides_is_granted_once(any_desk: Desk) -> None:
    ann = any_desk.joins("ann")
    session = any_desk.buys(ann, "pack-100")
    [completed] = [event for event in any_desk.untold() if event.type == "checkout.session.completed"]
    now = any_desk.time.now()
    works = [hear(any_desk, completed), lambda: syncing.session(session, now), lambda: syncing.session(session, now)]
    assert not [each for each in at_once(any_desk, *works) if isinstance(each, Exception)]
    assert any_desk.credits(ann) == 2_000
    assert len(any_desk.state()["payments"]) == 1


@pytest.mark.parametrize("known", [False, True], ids=["new", "known"])
def test_an_answer_that_was_overtaken_is_asked_for_again(
    any_desk: Desk, monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    """One hears of the payment and asks; before it writes, another hears of the cancel, asks and writes."""
    ann = any_desk.joins("ann")
    any_desk.buys(ann, "max-month")
    [paid] = [event for event in any_desk.untold() if event.type == "invoice.paid"]
    if known:
        any_desk.says(next(event for event in any_desk.untold() if event.type == "customer.subscription.created"))
    real, asked, overtaken = fetching.subscription, threading.Event(), threading.Event()

    def slow(subscription_id: str) -> Subscribed:
        found = real(subscription_id)
        if threading.current_thread().name == "slow" and not asked.is_set():
            asked.set()
            assert overtaken.wait(PATIENCE)
        return found

    monkeypatch.setattr(fetching, "subscription", slow)

    def the_slow_one() -> object:
        threading.current_thread().name = "slow"
        return hear(any_desk, paid)()

    def the_fast_one() -> object:
        assert asked.wait(PATIENCE)
        hands.cancel_now(any_desk.subscription(), any_desk.time.now())
        [gone] = [event for event in any_desk.untold() if event.type == "customer.subscription.deleted"]
        said = hear(any_desk, gone)()
        overtaken.set()
        return said

    assert at_once(any_desk, the_slow_one, the_fast_one) == ["applied", "applied"]
    [row] = any_desk.state()["subscriptions"]
    assert dict(row)["status"] == "canceled"
    assert any_desk.plan(ann) == "free"
    assert any_desk.differences() == []


def test_a_refund_is_not_forgotten_by_who_asked_before_it(any_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ann = any_desk.joins("ann")
    any_desk.buys(ann, "pack-100")
    any_desk.hears()
    [completed] = [event for event in events.latest(50) if event.type == "checkout.session.completed"]
    again = json.loads(completed.body) | {"id": "evt_again"}
    real, first = fetching.session, True

    def slow(session_id: str) -> Any:
        nonlocal first
        found = real(session_id)
        if first:
            first = False
            hands.refund(any_desk.latest("payment_intent"), None, any_desk.time.now())
            any_desk.hears()
        return found

    monkeypatch.setattr(fetching, "session", slow)
    assert any_desk.says(again) == "applied"
    assert any_desk.credits(ann) == 0
    assert any_desk.differences() == []


def test_a_refund_is_not_forgotten_by_who_was_the_first_to_ask(any_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody knew of the subscription when they asked; by the time they write, somebody does, and knows more."""
    ann = any_desk.joins("ann")
    any_desk.buys(ann, "max-month")
    [paid] = [event for event in any_desk.untold() if event.type == "invoice.paid"]
    again = json.loads(paid.body) | {"id": "evt_again"}
    real, first = fetching.subscription, True

    def slow(subscription_id: str) -> Subscribed:
        nonlocal first
        found = real(subscription_id)
        if first:
            first = False
            hands.refund(any_desk.latest("payment_intent"), None, any_desk.time.now())
            any_desk.hears()
        return found

    monkeypatch.setattr(fetching, "subscription", slow)
    assert any_desk.says(again) == "applied"
    assert any_desk.credits(ann) == 0
    assert any_desk.differences() == []


def test_a_customer_who_becomes_somebody_else_s_meanwhile_brings_nothing(
    any_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, ben = any_desk.joins("ann"), any_desk.joins("ben")
    any_desk.buys(ann, "pack-100")
    [completed] = [event for event in any_desk.untold() if event.type == "checkout.session.completed"]
    customer = any_desk.latest("customer")
    links(customer, None, any_desk)
    real = syncing._owner_of_checkout

    def slow(found: Bought) -> Owner:
        owner = real(found)
        links(customer, ben, any_desk)
        return owner

    monkeypatch.setattr(syncing, "_owner_of_checkout", slow)
    assert any_desk.says(completed) == "rejected"
    assert any_desk.credits(ann) == any_desk.credits(ben) == 0


def links(customer: str, person: int | None, desk: Desk) -> None:
    """Whose a customer is: a person's, or nobody's."""
    with transaction() as tx:
        tx.execute(delete(Customer).where(Customer.id == customer))
        if person is not None:
            tx.add(Customer(id=customer, person_id=person, created_at=desk.time.now()))


def test_two_clocks_that_strike_together_grant_a_month_once(any_desk: Desk) -> None:
    ann = any_desk.joins("ann")
    any_desk.buys(ann, "max-year")
    any_desk.hears()
    now = any_desk.time.forward(days=31)
    done = at_once(any_desk, *[lambda: duties.every_minute(now)] * 3)
    assert not [each for each in done if isinstance(each, Exception)], done
    assert any_desk.credits(ann) == 12_000
    assert any_desk.differences() == []


def test_an_event_that_was_heard_meanwhile_is_not_acted_upon_again(
    any_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = any_desk.joins("ann")
    any_desk.buys(ann, "max-month")
    [paid] = [event for event in any_desk.untold() if event.type == "invoice.paid"]
    real, first = fetching.subscription, True

    def slow(subscription_id: str) -> Subscribed:
        nonlocal first
        found = real(subscription_id)
        if first:
            first = False
            any_desk.says(paid)
        return found

    monkeypatch.setattr(fetching, "subscription", slow)
    assert any_desk.says(paid) == "applied"
    assert db.session.scalar(select(Subscription.version)) == 1


def test_a_month_whose_turn_somebody_took_is_let_be(any_desk: Desk) -> None:
    ann = any_desk.joins("ann")
    any_desk.buys(ann, "max-year")
    any_desk.hears()
    now = any_desk.time.forward(days=31)
    assert [granting._grant_due_of(any_desk.subscription(), now) for _ in range(2)] == [1, 0]
    version = select(Subscription.version)
    before = db.session.scalar(version)
    granting._grant_due_of(any_desk.subscription(), now)
    assert db.session.scalar(version) == before


def test_one_card_that_opens_two_trials_at_the_same_moment_gets_one(any_desk: Desk) -> None:
    ann, ben = any_desk.joins("ann"), any_desk.joins("ben")
    any_desk.buys(ann, "pro-month", card="shared")
    any_desk.buys(ben, "pro-month", card="shared")
    told = [event for event in any_desk.untold() if event.type == "customer.subscription.created"]
    ended = at_once(any_desk, *[hear(any_desk, event) for event in told])
    assert ended == ["applied"] * 2
    any_desk.hears()
    assert sorted([any_desk.plan(ann), any_desk.plan(ben)]) == ["free", "pro"]
    assert any_desk.credits(ann) + any_desk.credits(ben) == 5_000
    assert any_desk.differences() == []
