"""What tests share: an app on an empty database, a clock that can be moved, and the cast."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from PIL import Image

from app import clock, create_app
from app.accounts import passwords
from config import Settings
from tests.cast import Cast, Studio
from tests.databases import SECRET, close, migrate, migrated
from tests.once import compile_once, trust_the_power

pytest_plugins = ["tests.skips", "tests.services", "tests.order"]

MakeApp = Callable[..., Flask]
NewDatabase = Callable[..., AbstractContextManager[str]]


class Clock:
    """Time as the app sees it. It stands still until a test moves it."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def forward(self, **step: float) -> datetime:
        self.time += timedelta(**step)
        return self.time


for library in ("OPENBLAS", "OMP"):  # before a test imports NumPy or PyTorch: none may have the cores to itself
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")
compile_once()
trust_the_power()
REAL_HASHER = passwords._hasher
passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # a real hash takes 60 ms


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """`-n auto`: on a small machine more than it has cores, for many tests wait for a server or a browser."""
    cores = os.cpu_count() or 1
    return max(cores, min(2 * cores, 4))


@pytest.fixture(autouse=True)
def pillows_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child's work sets it, and ends with the child; in this process it would last."""
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", Image.MAX_IMAGE_PIXELS)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    moved = Clock()
    monkeypatch.setattr(clock, "now", moved.now)
    return moved


@pytest.fixture
def real_passwords(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hashed as outside of tests, for what is about that."""
    passwords._nobodys_hash.cache_clear()
    monkeypatch.setattr(passwords, "_hasher", REAL_HASHER)
    yield
    passwords._nobodys_hash.cache_clear()


@pytest.fixture
def make_app(tmp_path: Path) -> Iterator[MakeApp]:
    """An app for settings of the test's own, on an empty SQLite database unless DATABASE_URL says otherwise."""
    made = []

    def make(**settings: object) -> Flask:
        if "DATABASE_URL" not in settings:
            (tmp_path / "limn.sqlite").write_bytes(migrated())
        # Nobody works beside the test, so nobody waits for a result unless it says so.
        given = {"DATA_DIR": tmp_path, "SECRET_KEY": SECRET, "WAIT_SECONDS": 0, **settings}
        app = create_app(Settings.model_validate(given))
        app.testing = True
        made.append(app)
        return app

    yield make
    for app in made:
        close(app)


@pytest.fixture
def app(make_app: MakeApp) -> Iterator[Flask]:
    """An app on SQLite, its context open."""
    made = make_app()
    with made.app_context():
        yield made


@pytest.fixture(params=["sqlite", "postgresql"])
def any_app(request: pytest.FixtureRequest, make_app: MakeApp) -> Iterator[Flask]:
    """An app on each database there is: for what must hold on both."""
    if request.param == "sqlite":
        made = make_app()
    else:
        made = make_app(DATABASE_URL=request.getfixturevalue("migrated_postgres"))
    with made.app_context():
        yield made


@pytest.fixture
def cast(app: Flask, time: Clock) -> Cast:
    """The people of the tests, at a site on SQLite whose clock stands still."""
    return Cast(app)


@pytest.fixture
def studio(app: Flask) -> Studio:
    """The worker of the test's app: works when told to."""
    return Studio(app)


@pytest.fixture(scope="session")
def postgres_template(new_database: NewDatabase) -> Iterator[str]:
    with new_database() as address:
        migrate(Settings(DATA_DIR=Path("/nonexistent"), SECRET_KEY=SECRET, DATABASE_URL=address))
        yield address.rsplit("/", 1)[1]


@pytest.fixture
def migrated_postgres(new_database: NewDatabase, postgres_template: str) -> Iterator[str]:
    """The address of a PostgreSQL database of this test's own, brought up by the migrations."""
    with new_database(postgres_template) as address:
        yield address
