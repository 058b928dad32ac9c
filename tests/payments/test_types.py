"""Every type of event that Stripe's own tools send is answered: acted upon, or noted and left."""

import json
from functools import cache
from inspect import getsource
from typing import Any

import pytest
from stripe import Event

from app.payments.subjects import HEARD, subject_of
from tests.payments.till_desk import Desk
from tests.skips import CORPORA

TRIGGERS = CORPORA / "stripe-cli-fixtures/pkg/fixtures/triggers"
OBJECTS = CORPORA / "stripe-mock/embedded/openapi/fixtures3.json"
KINDS = {  # of a type → the kind of its object, where the type does not begin with it
    "charge.dispute": "dispute",
    "charge.refund": "refund",
    "customer.subscription": "subscription",
    "customer.discount": "discount",
    "customer.source": "source",
}


@cache
def fixtures() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(OBJECTS.read_text())["resources"]
    return found


def types() -> list[str]:
    return sorted(path.stem for path in TRIGGERS.glob("*.json"))


def body_of(name: str) -> dict[str, Any]:
    """An event of a type as Stripe's fixtures have its object; one of an object they lack is about nothing known."""
    kind = next((ours for start, ours in KINDS.items() if name.startswith(start)), name.rsplit(".", 1)[0])
    thing = fixtures().get(kind) or {"id": "thing_1", "object": kind}
    return {**fixtures()["event"], "id": f"evt_{name}", "type": name, "livemode": False, "data": {"object": thing}}


@pytest.mark.needs("corpora")
def test_every_type_that_stripes_command_line_triggers_is_answered(desk: Desk) -> None:
    desk.joins("ann")
    said = {name: desk.says(body_of(name)) for name in types()}
    assert len(said) > 100
    assert {said[name] for name in said if name not in HEARD} == {"ignored"}
    assert {said[name] for name in said if name in HEARD} <= {"rejected", "ignored"}  # it is about nobody here
    assert desk.state()["lines"] == []


@pytest.mark.needs("corpora")
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("checkout.session.completed", "session"),
        ("customer.subscription.updated", "subscription"),
        ("customer.deleted", "customer"),
        ("subscription_schedule.released", None),  # the fixture's belongs to no subscription
        ("charge.refunded", None),  # the fixture's charge was made without a payment intent
    ],
)
def test_the_object_of_an_event_tells_where_to_look(name: str, kind: str | None) -> None:
    found = subject_of(name, body_of(name)["data"]["object"])
    assert (found.kind if found else None) == kind


def test_every_type_we_hear_is_one_that_stripe_sends() -> None:
    source = getsource(Event)
    assert [name for name in HEARD if f'"{name}"' not in source] == []
