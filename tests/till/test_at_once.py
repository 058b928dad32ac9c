"""Two who act at the same moment: one after the other, and nothing twice. On both databases."""

from collections.abc import Callable
from threading import Barrier, Thread

from flask import Flask

from app.extensions import db
from app.till import hands, life
from app.till.errors import TillError
from tests.till.shop import Shop

TOGETHER = 4


def at_once(app: Flask, act: Callable[[], object]) -> list[object]:
    """What each of them got."""
    found: list[object] = []
    start = Barrier(TOGETHER, timeout=20)

    def one() -> None:
        with app.app_context():
            start.wait()
            try:
                found.append(act())
            except TillError as error:
                found.append(str(error))
            finally:
                db.session.remove()

    threads = [Thread(target=one) for _ in range(TOGETHER)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(found) == TOGETHER
    return found


def test_who_presses_at_the_same_moment_pays_once(any_app: Flask, any_shop: Shop) -> None:
    session = any_shop.opens()
    now = any_shop.time.now()
    found = at_once(any_app, lambda: hands.pay(session, "works", now))

    assert found.count(True) == 1
    assert found.count("This checkout is over") == TOGETHER - 1
    assert len(any_shop.v1.subscriptions.list({"customer": any_shop.ann}).data) == 1
    assert len(any_shop.v1.charges.list({"customer": any_shop.ann}).data) == 1


def test_no_more_is_refunded_than_was_paid(any_app: Flask, any_shop: Shop) -> None:
    hands.pay(session := any_shop.opens("pack"), "works", any_shop.time.now())
    intent, now = any_shop.session(session)["payment_intent"], any_shop.time.now()
    at_once(any_app, lambda: hands.refund(intent, 200, now))

    refunds = any_shop.v1.refunds.list({"payment_intent": intent}).data
    assert [one.amount for one in refunds] == [200, 200]


def test_two_clocks_renew_once(any_app: Flask, any_shop: Shop) -> None:
    subscription = any_shop.subscribes()
    now = any_shop.time.forward(days=95)
    at_once(any_app, lambda: life.advance(now))

    assert [one["status"] for one in any_shop.invoices(subscription)] == ["paid"] * 4


def test_a_key_that_comes_twice_at_once_does_it_once(any_app: Flask, any_shop: Shop) -> None:
    asked = {"email": "ben@limn.example"}
    at_once(any_app, lambda: any_shop.v1.customers.create(asked, {"idempotency_key": "once"}))
    assert len(any_shop.v1.customers.list({"email": "ben@limn.example"}).data) == 1
