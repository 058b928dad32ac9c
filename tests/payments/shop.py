"""A shop whose Stripe is a server of the test's own, which keeps every request. The conftest hands its fixtures out."""

from collections.abc import Iterator

import pytest
from flask import Flask

from app.accounts import people
from app.accounts.models import Person
from tests.cast import PASSWORD
from tests.conftest import Clock, MakeApp
from tests.payments.recorder import Recorder

KEYS = {"STRIPE_SECRET_KEY": "sk_test_the_tests_own", "STRIPE_WEBHOOK_SECRET": "whsec_the_tests_own"}


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    opened = Recorder()
    opened.sells_everything()
    yield opened
    opened.close()


@pytest.fixture
def shop(make_app: MakeApp, recorder: Recorder, time: Clock) -> Iterator[Flask]:
    made = make_app(**KEYS, STRIPE_API_BASE=recorder.url)
    with made.app_context():
        yield made


@pytest.fixture
def buyer(shop: Flask, time: Clock) -> Person:
    """Somebody with an account, who has bought nothing yet."""
    return people.register("pia@limn.example", PASSWORD, time.now())
