"""Several workers at the same moment: each gets a job of its own, and a duty is done by one of them."""

from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app import create_app
from app.extensions import db, transaction
from app.jobs import duties, lifecycle
from app.jobs.models import Job
from config import Settings
from tests.cast import Cast
from tests.conftest import MakeApp
from tests.workers import BY_FORK

NOON = datetime(2026, 11, 20, 12, 0, 59, tzinfo=UTC)
CLOCKS, MINUTES = 8, 10


def strike(settings: Settings, together: Barrier, done: Path) -> None:
    """A worker's clock over ten minutes; each duty done leaves a line."""

    def duty(now: datetime) -> None:
        with done.open("a") as file:
            file.write(f"{now:%H:%M}\n")

    with create_app(settings).app_context():
        for minute in range(MINUTES):
            together.wait()
            duties.once("duty", duty, NOON + timedelta(minutes=minute))


@pytest.mark.slow
def test_eight_clocks_strike_and_one_worker_does_the_duty(any_app: Flask, tmp_path: Path) -> None:
    together, done = BY_FORK.Barrier(CLOCKS), tmp_path / "done"
    clocks = [
        BY_FORK.Process(target=strike, args=(any_app.extensions["settings"], together, done)) for _ in range(CLOCKS)
    ]
    for clock in clocks:
        clock.start()
    for clock in clocks:
        clock.join()
    assert [clock.exitcode for clock in clocks] == [0] * CLOCKS
    assert done.read_text().split() == [f"12:{minute:02}" for minute in range(MINUTES)]


def test_a_worker_takes_the_next_job_while_another_is_just_taking_the_best(
    make_app: MakeApp, migrated_postgres: str
) -> None:
    app = make_app(DATABASE_URL=migrated_postgres)
    with app.app_context():
        ann = Cast(app).ann
        best, next_best = ann.starts(), ann.starts()
        with transaction() as another:
            another.scalars(select(Job).where(Job.id == best).with_for_update()).one()
            claim = lifecycle.claim("illustrator", datetime.now(UTC))
        assert claim is not None
        assert claim.job.id == next_best
        db.session.remove()
