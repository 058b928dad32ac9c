"""What tests of payments share: the other side of the counter."""

import pytest
from flask import Flask

from tests.conftest import Clock
from tests.payments.shop import buyer, recorder, shop  # noqa: F401  (fixtures)
from tests.payments.till_desk import Desk


@pytest.fixture
def desk(app: Flask, time: Clock) -> Desk:
    """At the test checkout, on SQLite."""
    return Desk(app, time)


@pytest.fixture
def any_desk(any_app: Flask, time: Clock) -> Desk:
    """At the test checkout, on each database."""
    return Desk(any_app, time)
