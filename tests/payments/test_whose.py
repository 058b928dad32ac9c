"""Whose a payment is: a name on it links a customer to a person only where neither has another."""

import pytest
from sqlalchemy import delete

from app.extensions import transaction
from app.payments.models import Customer
from tests.payments.till_desk import Desk


def test_a_checkout_in_another_persons_name_is_rejected(desk: Desk) -> None:
    ben = desk.joins("ben")
    ann, completed = desk.bought("pack-100")
    desk.twists(completed["data"]["object"]["id"], client_reference_id=str(ben), metadata={"person": str(ben)})
    assert desk.says(completed) == "rejected"
    assert (desk.credits(ann), desk.credits(ben)) == (0, 0)
    assert desk.outcomes() == [("rejected", "someone else's customer")]


def test_a_checkout_that_names_two_people_is_rejected(desk: Desk) -> None:
    ben = desk.joins("ben")
    ann, completed = desk.bought("pack-100")
    desk.twists(completed["data"]["object"]["id"], client_reference_id=str(ben))
    assert desk.says(completed) == "rejected"
    assert (desk.credits(ann), desk.credits(ben)) == (0, 0)


def test_a_person_with_a_customer_gets_no_second_one(desk: Desk) -> None:
    """Ben pays, and somebody writes Ann's name on it, who is another customer."""
    ann = desk.joins("ann")
    desk.opens(ann, "pack-10")
    ben = desk.joins("ben")
    session = desk.buys(ben, "pack-100")
    with transaction() as tx:
        tx.execute(delete(Customer).where(Customer.person_id == ben))
    desk.twists(session, client_reference_id=str(ann), metadata={"person": str(ann)})
    desk.hears()
    assert (desk.credits(ann), desk.credits(ben)) == (0, 0)
    assert ("rejected", "the person is another customer") in desk.outcomes()


@pytest.mark.parametrize("name", ["nobody", "99", "1; DROP TABLE people", "-1", "٣"])
def test_a_checkout_that_names_nobody_we_know_is_rejected(desk: Desk, name: str) -> None:
    _, completed = desk.bought("pack-100")
    with transaction() as tx:
        tx.execute(delete(Customer))
    desk.twists(completed["data"]["object"]["id"], client_reference_id=name, metadata={})
    assert desk.says(completed) == "rejected"


def test_a_subscription_of_a_customer_nobody_knows_is_rejected(desk: Desk) -> None:
    ann, _ = desk.bought()
    with transaction() as tx:
        tx.execute(delete(Customer))
    assert desk.says(desk.event("customer.subscription.updated", {"id": desk.subscription()})) == "rejected"
    assert desk.credits(ann) == 0
    assert desk.outcomes() == [("rejected", "unknown customer")]
