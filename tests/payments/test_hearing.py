"""What comes in at the webhook: who is believed, and what is only noted."""

import json
import logging
import time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from stripe import APIConnectionError, WebhookSignature

from app.extensions import db
from app.payments import fetching, gateway, hearing, syncing
from app.payments.hearing import NotStripe
from app.payments.models import TurnedAway
from app.refusals import Refusal
from app.till import events, hands
from tests.cast import Actor
from tests.conftest import Clock, MakeApp
from tests.payments.till_desk import Desk

PATH = "/webhooks/stripe"


def signed(body: str, *, secret: str | None = None, age: int = 0) -> str:
    at = int(time.time()) - age
    header = WebhookSignature.generate_signature_header(body, secret or events.secret(), at)
    return str(header)


def turned_away() -> dict[str, int]:
    db.session.rollback()
    return {row.reason: row.count for row in db.session.scalars(select(TurnedAway))}


def test_a_signed_event_is_applied_and_answered(desk: Desk) -> None:
    ann, completed = desk.bought()
    body = json.dumps(completed)
    answer = Actor(desk.app).post(PATH, data=body, headers={"Stripe-Signature": signed(body)})
    assert (answer.status_code, answer.json) == (200, {"ok": True, "outcome": "applied"})
    assert desk.credits(ann) == 12_000


@pytest.mark.parametrize(
    ("forge", "reason"),
    [
        (lambda _: "", "signature"),
        (lambda _: "nonsense", "signature"),
        (lambda body: signed(body, secret="whsec_guessed"), "signature"),
        (lambda body: signed(body + " "), "signature"),
        (lambda body: signed(body, age=301), "timestamp"),
        (lambda body: signed(body).replace("v1=", "v0="), "signature"),
    ],
    ids=["none", "nonsense", "another secret", "another body", "too old", "another scheme"],
)
def test_what_does_not_prove_to_be_stripes_is_counted_and_nothing_is_granted(
    desk: Desk, caplog: pytest.LogCaptureFixture, forge: Any, reason: str
) -> None:
    ann, completed = desk.bought()
    body = json.dumps(completed)
    for _ in range(2):
        answer = Actor(desk.app).post(PATH, data=body, headers={"Stripe-Signature": forge(body)})
        assert answer.status_code == 400
    assert (desk.plan(ann), desk.credits(ann)) == ("free", 0)
    assert turned_away() == {reason: 2}
    assert desk.outcomes() == []
    said = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert said == [f"a body that came to the webhook was turned away: {reason}"] * 2


def test_an_event_just_within_the_tolerance_is_heard(desk: Desk) -> None:
    ann, completed = desk.bought()
    body = json.dumps(completed)
    assert hearing.receive(body.encode(), signed(body, age=290), desk.time.now()) == "applied"
    assert desk.credits(ann) == 12_000


@pytest.mark.parametrize(
    "body",
    [
        b"no json",
        b"[]",
        b"\xff\xfe",
        b'{"id": "evt_1"}',
        b'{"id": "evt_1", "type": "invoice.paid", "created": 1, "data": {"object": 5}}',
        b'{"id": "", "type": "invoice.paid", "created": 1, "data": {"object": {}}}',
        b"[" * 100_000,
    ],
)
def test_what_is_signed_and_is_no_event_is_malformed(desk: Desk, body: bytes) -> None:
    header = signed(body.decode(errors="replace"))
    with pytest.raises(NotStripe, match="malformed"):
        hearing.receive(body, header, desk.time.now())
    assert turned_away() == {"malformed": 1}


def test_a_body_that_is_too_large_is_not_read(desk: Desk) -> None:
    answer = Actor(desk.app).post(PATH, data=b"x" * 600_000, headers={"Stripe-Signature": "t=1,v1=x"})
    assert answer.status_code == 413
    assert desk.outcomes() == []


def test_the_webhook_takes_no_other_method(desk: Desk) -> None:
    assert Actor(desk.app).get(PATH).status_code == 405


def test_the_same_event_again_does_nothing_and_says_what_it_did(desk: Desk) -> None:
    ann, completed = desk.bought()
    assert [desk.says(completed) for _ in range(3)] == ["applied"] * 3
    assert desk.credits(ann) == 12_000
    assert desk.outcomes() == [("applied", "")]


def test_an_event_we_do_not_know_is_noted(desk: Desk) -> None:
    assert desk.says(desk.event("climate.order.created", {"id": "climorder_1"})) == "ignored"
    assert desk.outcomes() == [("ignored", "")]


def test_an_invoice_of_something_else_is_ignored(desk: Desk) -> None:
    assert desk.says(desk.event("invoice.paid", {"id": "in_1", "parent": None})) == "ignored"


def test_what_stripe_does_not_know_is_rejected(desk: Desk) -> None:
    desk.joins("ann")
    assert desk.says(desk.event("customer.subscription.created", {"id": "sub_1"})) == "rejected"
    assert desk.outcomes() == [("rejected", "Stripe knows nothing of it")]


def test_an_event_of_live_mode_moves_nothing_at_a_test_site(desk: Desk) -> None:
    ann, completed = desk.bought()
    assert desk.says({**completed, "livemode": True}) == "rejected"
    assert desk.credits(ann) == 0
    assert desk.outcomes() == [("rejected", "livemode does not fit the key")]


def test_what_an_event_says_is_not_believed(desk: Desk) -> None:
    ann = desk.joins("ann")
    session = desk.opens(ann, "pack-500")
    told = {**desk.truth(session), "status": "complete", "payment_status": "paid"}
    assert desk.says(desk.event("checkout.session.completed", told)) == "applied"
    assert desk.credits(ann) == 0


def test_another_amount_than_the_price_buys_nothing(desk: Desk) -> None:
    ann, completed = desk.bought("pack-100")
    desk.twists(completed["data"]["object"]["id"], amount_subtotal=1)
    assert desk.says(completed) == "rejected"
    assert desk.credits(ann) == 0
    assert desk.outcomes() == [("rejected", "wrong amount or currency")]


def test_another_currency_buys_nothing(desk: Desk) -> None:
    ann, completed = desk.bought("pack-100")
    desk.twists(completed["data"]["object"]["id"], currency="huf")
    assert desk.says(completed) == "rejected"
    assert desk.credits(ann) == 0


def test_a_price_that_is_none_of_ours_buys_nothing(desk: Desk) -> None:
    ann, completed = desk.bought()
    price = desk.truth(desk.subscription())["items"]["data"][0]["price"]["id"]
    cheap = {"unit_amount": 1, "unit_amount_decimal": "1"}
    desk.twists(price, **cheap)
    items = desk.truth(desk.subscription())["items"]
    items["data"][0]["price"] |= cheap
    desk.twists(desk.subscription(), items=items)
    assert desk.says(completed) == "rejected"
    assert (desk.plan(ann), desk.credits(ann)) == ("free", 0)


def test_two_of_something_are_not_what_we_sell(desk: Desk) -> None:
    ann, completed = desk.bought()
    items = desk.truth(desk.subscription())["items"]
    items["data"][0]["quantity"] = 2
    desk.twists(desk.subscription(), items=items)
    assert desk.says(completed) == "rejected"
    assert desk.credits(ann) == 0


def test_an_invoice_of_another_amount_is_rejected_and_brings_nothing(desk: Desk) -> None:
    ann, _ = desk.bought()
    invoice = desk.latest("invoice")
    lines = desk.truth(invoice)["lines"]
    lines["data"][0] |= {"amount": 1, "subtotal": 1}
    desk.twists(invoice, lines=lines, amount_paid=1)
    assert desk.says(desk.event("invoice.paid", desk.truth(invoice))) == "rejected"
    assert (desk.plan(ann), desk.credits(ann)) == ("free", 0)
    assert desk.outcomes() == [("rejected", "wrong amount")]


def test_while_stripe_does_not_answer_the_event_has_to_come_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ann, completed = desk.bought()
    body = json.dumps(completed)

    def silent(*_args: object, **_options: object) -> None:
        raise APIConnectionError("nobody there")  # type: ignore[no-untyped-call]

    with monkeypatch.context() as broken:
        broken.setattr("app.till.transport.Transport.request", silent)
        broken.setattr(gateway, "RETRIES", 0)
        answer = Actor(desk.app).post(PATH, data=body, headers={"Stripe-Signature": signed(body)})
    assert answer.status_code == 503
    assert desk.outcomes() == []
    assert desk.says(completed) == "applied"
    assert desk.credits(ann) == 12_000


def test_a_customer_deleted_at_stripe_has_no_plan_any_more(desk: Desk) -> None:
    ann = desk.joins("ann")
    desk.buys(ann, "max-month")
    desk.hears()
    subscription = desk.subscription()
    hands.cancel_now(subscription, desk.time.now())
    customer = desk.truth(subscription)["customer"]
    assert desk.says(desk.event("customer.deleted", {"id": customer})) == "applied"
    assert desk.plan(ann) == "free"


def test_a_site_that_sells_nothing_believes_nobody(make_app: MakeApp, time: Clock) -> None:
    app = make_app(ENVIRONMENT="production", PUBLIC_URL="https://limn.example")
    with app.app_context():
        body = json.dumps({"id": "evt_1", "type": "invoice.paid", "created": 1, "data": {"object": {"id": "in_1"}}})
        with pytest.raises(NotStripe, match="signature"):
            hearing.receive(body.encode(), signed(body, secret="whsec_"), time.now())


def test_with_a_key_the_secret_of_the_settings_counts(make_app: MakeApp, time: Clock) -> None:
    app: Flask = make_app(STRIPE_SECRET_KEY="sk_live_x", STRIPE_WEBHOOK_SECRET="whsec_known")
    with app.app_context():
        body = json.dumps(
            {"id": "evt_1", "type": "invoice.paid", "created": 1, "livemode": False, "data": {"object": {"id": "in_1"}}}
        )
        assert hearing.receive(body.encode(), signed(body, secret="whsec_known"), time.now()) == "ignored"
        with pytest.raises(NotStripe):
            hearing.receive(body.encode(), signed(body), time.now())


def test_it_ends_when_somebody_always_writes_in_between(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    ann, completed = desk.bought()
    real = fetching.subscription

    def slow(subscription_id: str) -> Any:
        found = real(subscription_id)
        monkeypatch.setattr(fetching, "subscription", real)
        syncing.subscription(subscription_id, desk.time.now())
        monkeypatch.setattr(fetching, "subscription", slow)
        return found

    monkeypatch.setattr(fetching, "subscription", slow)
    with pytest.raises(Refusal, match="Too much happens at once"):
        desk.says(completed)
    monkeypatch.setattr(fetching, "subscription", real)
    assert desk.says(completed) == "applied"
    assert desk.credits(ann) == 12_000
