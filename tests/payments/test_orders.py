"""Events come in any order and any number of times: how things stand afterwards is always the same."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import delete, update

from app.accounts.models import Person
from app.credits.models import Portion
from app.extensions import db, transaction
from app.payments.models import Customer
from app.till import hands, life
from app.till.models import TillEvent
from tests.payments.till_desk import KEPT, Desk

A_CHECKOUT = (
    "customer.subscription.created",
    "invoice.finalized",
    "invoice.paid",
    "customer.subscription.updated",
    "checkout.session.completed",
)
EVERY_ORDER = list(permutations(range(len(A_CHECKOUT))))
SAMPLE = EVERY_ORDER[::12]

State = dict[str, list[tuple[Any, ...]]]


@pytest.mark.slow
def test_a_checkout_in_each_of_120_orders_with_every_event_twice_ends_the_same(desk: Desk) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "max-month")
    told = _told(desk, A_CHECKOUT)
    expected = _told_in(desk, told, EVERY_ORDER[0])
    assert dict(expected["subscriptions"][0])["status"] == "active"
    assert (desk.plan(ann), desk.credits(ann)) == ("max", 12_000)
    for order in EVERY_ORDER:
        assert _told_in(desk, told, order) == expected, order
    assert desk.differences() == []


def test_the_order_does_not_matter_on_any_database(any_desk: Desk) -> None:
    any_desk.buys(any_desk.joins("ann"), "pro-year")
    told = _told(any_desk, ("customer.subscription.created", "invoice.finalized", "invoice.paid", A_CHECKOUT[-1]))
    orders = list(permutations(range(len(told))))[::2]
    expected = _told_in(any_desk, told, orders[0])
    assert len(expected["lots"]) == 1
    for order in orders:
        assert _told_in(any_desk, told, order) == expected, order


@pytest.mark.parametrize("order", SAMPLE, ids=str)
def test_a_customer_nobody_knew_is_linked_by_the_checkout_whatever_came_before(
    desk: Desk, order: Sequence[int]
) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "max-month")
    told = _told(desk, A_CHECKOUT)
    with transaction() as tx:
        tx.execute(delete(Customer))
    for number in order:
        desk.says(told[number])
    assert (desk.plan(ann), desk.credits(ann)) == ("max", 12_000)
    assert desk.differences() == []


def test_a_pack_that_is_refunded_ends_the_same_in_any_order(desk: Desk) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "pack-100")
    intent = desk.latest("payment_intent")
    desk.time.forward(hours=1)
    hands.refund(intent, 1_000, desk.time.now())
    hands.refund(intent, 500, desk.time.now())
    told = [event for event in desk.untold() if event.type in ("checkout.session.completed", "charge.refunded")]
    told += [event for event in desk.untold() if event.type == "refund.created"]
    expected = _told_in(desk, told, range(len(told)))
    assert desk.credits(ann) == 2_000 - 750
    for order in list(permutations(range(len(told))))[::7]:
        assert _told_in(desk, told, order) == expected, order


def test_a_life_told_backwards_ends_as_the_life_told_as_it_was(desk: Desk) -> None:
    """Trial, renewal, upgrade, refund and cancel: all told at the end, once forwards and once backwards."""
    ann = desk.joins("ann")
    desk.buys(ann, "pro-month")
    subscription = desk.subscription()
    _lives(desk, days=8)
    desk.upgrades(subscription, "max-month")
    _lives(desk, days=1)
    hands.refund(desk.latest("payment_intent"), 300, desk.time.now())
    hands.cancel(subscription, desk.time.now())
    told = desk.untold()
    forwards = _told_in(desk, told, range(len(told)))
    assert len(forwards["payments"]) == 2
    assert _told_in(desk, told, range(len(told) - 1, -1, -1)) == forwards


def _lives(desk: Desk, **step: float) -> None:
    """Time goes by at Stripe, and nobody tells us."""
    desk.time.time += timedelta(**step)
    life.advance(desk.time.now())


def _told(desk: Desk, types: Sequence[str]) -> list[TillEvent]:
    """The events of these types that a checkout sent, in this order."""
    by_type = {event.type: event for event in desk.untold()}
    return [by_type[name] for name in types]


def _told_in(desk: Desk, told: Sequence[TillEvent], order: Sequence[int]) -> State:
    """How things stand after these events have come in this order, each once more on the way back."""
    _forget(desk)
    for number in (*order, *reversed(order)):
        desk.says(told[number])
    return desk.state()


def _forget(desk: Desk) -> None:
    """As if nothing had been told yet."""
    with transaction() as tx:
        tx.execute(delete(Portion))
        for model in reversed([model for model in KEPT if model is not Customer]):
            tx.execute(delete(model))
        tx.execute(update(Person).values(plan="free", plan_until=None))
    db.session.expire_all()
