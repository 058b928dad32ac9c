"""A shop that speaks to the test checkout with Stripe's library, over a real address."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

from tests.conftest import Clock
from tests.till.server import TillServer, serving
from tests.till.shop import Shop


@pytest.fixture
def till(app: Flask) -> Iterator[TillServer]:
    with serving() as server:
        server.app = app
        yield server


@pytest.fixture
def shop(till: TillServer, time: Clock) -> Iterator[Shop]:
    with Shop.at(till.url, time) as shop:
        yield shop


@pytest.fixture
def end_of_january(time: Clock) -> None:
    """A day that the next month has not."""
    time.time = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.fixture
def any_shop(any_app: Flask, time: Clock) -> Iterator[Shop]:
    """On each database there is."""
    with serving() as server, Shop.at(server.url, time) as shop:
        server.app = any_app
        yield shop
