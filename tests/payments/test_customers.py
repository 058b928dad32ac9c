"""People as Stripe's customers: one each."""

from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.accounts import people
from app.accounts.models import Person
from app.extensions import db, insert_once, transaction
from app.payments import catalogue, customers
from app.payments.checkout import start
from app.payments.gateway import asking, stripe
from app.payments.models import Customer
from tests.cast import PASSWORD
from tests.conftest import Clock
from tests.payments.recorder import Recorder
from tests.payments.test_checkout import PACK, PRO, SITE, is_customer


def test_a_person_is_one_customer(shop: Flask, recorder: Recorder, buyer: Person, time: Clock) -> None:
    made = [customers.ensure(stripe(), buyer, time.now()) for _ in range(2)]
    assert made == ["cus_1", "cus_1"]
    assert len(recorder.asked) == 1


def test_of_two_requests_at_once_the_first_to_write_names_the_customer(
    shop: Flask, recorder: Recorder, buyer: Person, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(customers, "of", lambda _: None)  # as both saw it
    first = customers.ensure(stripe(), buyer, time.now())
    recorder.answered.clear()  # the other's key was another, an hour later
    assert customers.ensure(stripe(), buyer, time.forward(hours=1)) == first
    assert len(recorder.posts()) == 2


@pytest.mark.parametrize("item", [PRO, PACK])
def test_a_customer_that_stripe_does_not_know_any_more_is_made_anew(
    buyer: Person, recorder: Recorder, time: Clock, item: Any
) -> None:
    with transaction() as tx:
        insert_once(tx, Customer, person_id=buyer.id, id="cus_gone", created_at=time.now())
    recorder.gone = {"cus_gone"}
    assert start(buyer, item, SITE, "press", time.now()).startswith("https://checkout.stripe.com/")
    assert customers.of(buyer.id) == "cus_1"
    assert recorder.to("/v1/customers")[0].key.startswith(f"customer:{buyer.id}:cus_gone:")


def test_a_customer_is_replaced_once(buyer: Person, recorder: Recorder, time: Clock) -> None:
    """Two requests find it gone; the second keeps what the first has made."""
    is_customer(buyer, time.now())
    with transaction() as tx:
        tx.execute(update(Customer).values(id="cus_of_the_first"))
    assert customers.replace(stripe(), buyer, "cus_1", time.now()) == "cus_of_the_first"


def test_two_first_purchases_at_once_are_one_customer(any_app: Flask, time: Clock) -> None:
    ann = people.register("ann@limn.example", PASSWORD, time.now())
    catalogue.sync()
    together, failed = Barrier(2, timeout=10), []

    def press(token: str) -> None:
        with any_app.app_context():
            together.wait()
            try:
                start(ann, PACK, SITE, token, time.now())
            except Exception as error:  # noqa: BLE001  (a thread's failure is the test's)
                failed.append(error)
            finally:
                db.session.remove()

    threads = [Thread(target=press, args=(token,)) for token in ("one", "another")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert failed == []
    assert db.session.scalars(select(Customer.person_id)).all() == [ann.id]
    with asking("count customers") as stripe:
        assert len(stripe.v1.customers.list({"limit": 10}).data) == 1
