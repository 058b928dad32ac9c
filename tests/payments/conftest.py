"""What tests of payments share: the other side of the counter, and what lies on its shelf."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select

from app import create_app
from app.extensions import db, transaction
from app.payments import catalogue
from app.till.models import TillObject
from config import Settings
from tests.conftest import Clock
from tests.databases import SECRET, close, migrated
from tests.payments.shop import buyer, recorder, shop  # noqa: F401  (fixtures)
from tests.payments.till_desk import Desk

Stock = list[dict[str, Any]]


@pytest.fixture(scope="session")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Stock:
    """The products and prices that the test checkout makes for its first buyer: they are the same for all."""
    folder = tmp_path_factory.mktemp("stock")
    (folder / "limn.sqlite").write_bytes(migrated())
    app = create_app(Settings(DATA_DIR=folder, SECRET_KEY=SECRET))
    with app.app_context():
        catalogue.sync()
        rows = [dict(row) for row in db.session.execute(select(*TillObject.__table__.columns)).mappings()]
    close(app)
    return rows


@pytest.fixture
def desk(app: Flask, time: Clock, stock: Stock) -> Desk:
    """At the test checkout, on SQLite."""
    return _opened(app, time, stock)


@pytest.fixture
def any_desk(any_app: Flask, time: Clock, stock: Stock) -> Desk:
    """At the test checkout, on each database."""
    return _opened(any_app, time, stock)


def _opened(app: Flask, time: Clock, stock: Stock) -> Desk:
    with transaction() as tx:
        tx.execute(insert(TillObject), stock)
    return Desk(app, time)
