"""The way out to Stripe: what each request carries, and what becomes of one that fails."""

import logging
import socket
from time import monotonic

import pytest
from flask import Flask

from app.extensions import settings
from app.payments import gateway, wire
from app.payments.gateway import API_VERSION, asking, once, stripe
from app.refusals import Refusal
from tests.conftest import Clock, MakeApp
from tests.payments.recorder import Recorder, cuts, fails, hangs
from tests.payments.shop import KEYS

TROUBLES = {"500": fails(500), "503": fails(503), "409": fails(409), "429": fails(429), "cut": cuts}
CUSTOMER = {"email": "pia@limn.example", "metadata": {"person": "1"}}


def makes_a_customer() -> str:
    with asking("make a customer") as client:
        return client.v1.customers.create(CUSTOMER, once("customer:1", CUSTOMER)).id  # type: ignore[arg-type]


def refused() -> Refusal:
    with pytest.raises(Refusal) as refusal:
        makes_a_customer()
    assert refusal.value.code == "billing_unavailable"
    assert "othing was charged" in refusal.value.message
    return refusal.value


def test_a_request_names_the_version_and_brings_a_key(shop: Flask, recorder: Recorder) -> None:
    makes_a_customer()
    [asked] = recorder.asked
    assert asked.headers["stripe-version"] == API_VERSION
    assert asked.headers["authorization"] == f"Bearer {KEYS['STRIPE_SECRET_KEY']}"
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    assert asked.key.startswith("customer:1:")
    assert asked.fields == {"email": "pia@limn.example", "metadata[person]": "1"}


def test_the_version_is_the_one_the_pinned_library_speaks() -> None:
    from stripe._api_version import _ApiVersion

    assert _ApiVersion.CURRENT == API_VERSION


def test_a_key_is_the_same_for_the_same_and_another_for_another_body(shop: Flask) -> None:
    assert once("customer:1", {"a": 1, "b": 2}) == once("customer:1", {"b": 2, "a": 1})
    keys = [once("customer:1", {"a": 1}), once("customer:1", {"a": 2}), once("customer:2", {"a": 1})]
    assert len({str(key) for key in keys}) == 3
    assert all(len(str(key["idempotency_key"])) <= 255 for key in keys)


def test_a_key_of_another_site_is_another_key(shop: Flask, make_app: MakeApp) -> None:
    other = make_app(SECRET_KEY="another secret, which is quite as long as it has to be")
    mine = once("customer:1", CUSTOMER)
    with other.app_context():
        assert once("customer:1", CUSTOMER) != mine


@pytest.mark.parametrize("trouble", TROUBLES)
def test_what_goes_wrong_once_is_tried_again_with_the_same_key(shop: Flask, recorder: Recorder, trouble: str) -> None:
    recorder.troubles = [TROUBLES[trouble]]
    assert makes_a_customer().startswith("cus_")
    assert len(recorder.asked) == 2
    assert len({asked.key for asked in recorder.asked}) == 1


@pytest.mark.parametrize("trouble", ["500", "429", "cut"])
def test_what_goes_wrong_for_good_is_refused_after_three_tries(shop: Flask, recorder: Recorder, trouble: str) -> None:
    recorder.troubles = [TROUBLES[trouble]] * 9
    assert refused().facts == {"retry_after": 60}
    assert len(recorder.asked) == 3
    assert len({asked.key for asked in recorder.asked}) == 1


def test_a_stripe_that_hangs_holds_nobody_longer_than_it_may(
    shop: Flask, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "PATIENCE", 3.0)
    monkeypatch.setattr(wire, "READ", 1.0)
    recorder.troubles = [hangs] * 9
    begun = monotonic()
    refused()
    assert monotonic() - begun < 8  # of the twenty that it would hang
    assert len({asked.key for asked in recorder.asked}) == 1


def test_the_calls_of_one_web_request_share_its_time(
    shop: Flask, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "PATIENCE", 1.0)
    recorder.troubles = [hangs]
    with shop.test_request_context():
        begun = monotonic()
        refused()
        refused()
        assert monotonic() - begun < 8
    assert len(recorder.asked) == 1  # the second was not even begun


def test_ten_seconds_are_all_that_a_web_thread_waits() -> None:
    assert wire.PATIENCE == 10
    assert wire.CONNECT < wire.READ < wire.PATIENCE


def test_nobody_there_is_a_clear_refusal(make_app: MakeApp) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        nobody = f"http://127.0.0.1:{closed.getsockname()[1]}"
    with make_app(**KEYS, STRIPE_API_BASE=nobody).app_context():
        assert "does not answer" in refused().message


def test_a_declined_card_is_told_in_the_banks_words(shop: Flask, recorder: Recorder) -> None:
    recorder.troubles = [fails(402, type="card_error", code="card_declined", message="Your card was declined.")]
    with pytest.raises(Refusal) as refusal:
        makes_a_customer()
    assert (refusal.value.code, refusal.value.message) == ("conflict", "The bank said no: Your card was declined.")


@pytest.mark.parametrize(
    ("status", "kind"), [(401, "invalid_request_error"), (400, "invalid_request_error"), (400, "idempotency_error")]
)
def test_what_is_our_fault_is_not_tried_again_and_told_the_operator(
    shop: Flask, recorder: Recorder, caplog: pytest.LogCaptureFixture, status: int, kind: str
) -> None:
    recorder.troubles = [fails(status, type=kind, message="That was wrong.")]
    assert "whoever runs this site" in refused().message
    assert len(recorder.asked) == 1
    [line] = [one for one in caplog.records if one.name == gateway.__name__]
    assert line.levelno == logging.ERROR
    assert "make a customer" in line.getMessage()
    assert "That was wrong." in line.getMessage()


def test_the_log_holds_no_secret_and_nobodys_address(
    shop: Flask, recorder: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    recorder.troubles = [fails(400, type="invalid_request_error", message="no")]
    refused()
    ours = [line.getMessage() for line in caplog.records if line.name.startswith("app")]
    assert ours
    assert not any(secret in line for line in ours for secret in (*KEYS.values(), "pia@"))


def test_production_without_a_key_sells_nothing(make_app: MakeApp) -> None:
    app = make_app(ENVIRONMENT="production", PUBLIC_URL="https://limn.example")
    with app.app_context(), pytest.raises(Refusal) as refusal:
        stripe()
    assert refusal.value.code == "billing_unavailable"


def test_without_a_key_the_till_answers_and_nobody_outside(app: Flask, time: Clock) -> None:
    assert settings().test_checkout
    assert makes_a_customer().startswith("cus_")
