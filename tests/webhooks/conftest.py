"""A site that may call loopback, and somebody there who is called."""

from collections.abc import Iterator

import pytest
from flask import Flask

from app.extensions import db
from app.webhooks import delivering
from tests.conftest import MakeApp
from tests.webhooks.receiver import Receiver


@pytest.fixture
def app(make_app: MakeApp) -> Iterator[Flask]:
    made = make_app(WEBHOOKS_TO_PRIVATE=True)
    with made.app_context():
        yield made


@pytest.fixture(params=["sqlite", "postgresql"])
def any_app(request: pytest.FixtureRequest, make_app: MakeApp) -> Iterator[Flask]:
    database = {"DATABASE_URL": request.getfixturevalue("migrated_postgres")} if request.param == "postgresql" else {}
    made = make_app(WEBHOOKS_TO_PRIVATE=True, **database)
    with made.app_context():
        yield made


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    opened = Receiver()
    yield opened
    opened.close()


def deliver() -> int:
    """Send everything that is due. How many tries it took."""
    tries = 0
    db.session.remove()
    while delivering.deliver_next():
        tries += 1
        assert tries < 100, "the outbox does not end"
        db.session.remove()
    db.session.remove()
    return tries
