"""Workers are killed, frozen and stopped while they work: nothing is lost, paid twice or left on hold."""

import random
import time
from collections import Counter
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.credits.models import Line
from app.credits.reconcile import discrepancies
from app.extensions import db, lanes, storage
from app.jobs.models import Job, Picture, State
from tests.cast import Cast
from tests.thorough import THOROUGH
from tests.workers import Crew, frozen

SEED = 20261120
JOBS = 200 if THOROUGH else 40
PICTURES, KILLS = (30, 6) if THOROUGH else (10, 3)
RESCUE = 20  # seconds after its worker's death until a job is tried again


@pytest.fixture
def crew(request: pytest.FixtureRequest, tmp_path: Path) -> Crew:
    """Nobody yet, for the app of the test."""
    app = request.getfixturevalue("any_app" if "any_app" in request.fixturenames else "app")
    return Crew(app.extensions["settings"], tmp_path / "workers.log")


@pytest.mark.slow
def test_many_jobs_over_four_workers_of_which_one_dies_every_second(any_app: Flask, crew: Crew) -> None:
    patrons = Cast(any_app).pia, Cast(any_app).ann
    patrons[1].moves_to("pro")
    jobs = [patron.starts() for patron in patrons for _ in range(JOBS // 2)]
    dice = random.Random(SEED)
    with crew:
        crew.hire(4)
        while waiting():
            time.sleep(1)
            crew.kill_one(dice)

    assert states() == {State.SUCCEEDED: JOBS}
    assert_paid_once(jobs)
    assert [patron.credits for patron in patrons] == [5_100 - JOBS // 2 * 20] * 2
    assert_every_picture_has_its_file()
    rescues = list(crew.rescues())
    assert rescues, "nobody died at work"
    assert max(rescues) <= RESCUE


@pytest.mark.slow
def test_pictures_whose_painters_are_killed_again_and_again_end_within_four_minutes(app: Flask, crew: Crew) -> None:
    pia = Cast(app).pia
    jobs = [pia.starts(f"{number + 1} red foxes in the snow") for number in range(PICTURES)]
    dice, began = random.Random(SEED), time.monotonic()
    crew.pace = None
    with crew:
        crew.hire(2)
        for _ in range(KILLS):
            time.sleep(5)
            crew.kill_one(dice)
        crew.wait_until(lambda: not waiting(), patience=240)

    assert time.monotonic() - began < 240
    assert states() == {State.SUCCEEDED: PICTURES}
    assert_paid_once(jobs)
    assert_every_picture_has_its_file()


@pytest.mark.slow
def test_the_result_of_a_worker_that_slept_past_its_lease_is_refused(app: Flask, crew: Crew, tmp_path: Path) -> None:
    pia = Cast(app).pia
    crew.pace = 1
    with crew:
        sleeper = crew.hire()
        job_id = pia.starts()
        crew.wait_until(lambda: len(crew.tries()) == 1)
        with frozen(sleeper, tmp_path):
            crew.hire()
            crew.wait_until(lambda: not waiting())
        crew.wait_until(lambda: f"job {job_id}: no longer wanted" in crew.told())

    assert [one.attempt for one in crew.tries()] == [1, 2]
    assert_paid_once([job_id])
    assert_every_picture_has_its_file()


def test_a_worker_that_is_asked_to_stop_ends_its_job_first(app: Flask, crew: Crew) -> None:
    job_id = Cast(app).ann.starts()
    crew.pace = 1
    with crew:
        worker = crew.hire()
        crew.wait_until(lambda: len(crew.tries()) == 1)
        worker.terminate()
        worker.join(timeout=10)
        assert worker.exitcode == 0
    assert [(one.job_id, one.attempt) for one in crew.tries()] == [(job_id, 1)]
    assert states() == {State.SUCCEEDED: 1}


def test_a_wake_up_that_never_comes_costs_two_seconds_at_most(
    app: Flask, crew: Crew, monkeypatch: pytest.MonkeyPatch
) -> None:
    pia = Cast(app).pia
    with crew:
        crew.hire()
        pia.starts()
        crew.wait_until(lambda: not waiting())
        monkeypatch.setattr(lanes["illustrator"], "wake", lambda: None)
        job_id = pia.starts()
        crew.wait_until(lambda: not waiting())
    job = db.session.get_one(Job, job_id)
    assert job.started_at is not None
    assert (job.started_at - job.created_at).total_seconds() < 2


def waiting() -> bool:
    return not {State.SUCCEEDED, State.FAILED, State.CANCELED} >= states().keys()


def states() -> Counter[str]:
    """How many jobs there are in each state."""
    return Counter(db.session.scalars(select(Job.state)))


def assert_paid_once(jobs: list[str]) -> None:
    lines = db.session.execute(select(Line.kind, Line.job_id).where(Line.job_id.is_not(None)))
    assert Counter(map(tuple, lines)) == Counter((kind, job) for job in jobs for kind in ("hold", "capture"))
    assert discrepancies() == []


def assert_every_picture_has_its_file() -> None:
    """And every file its picture, but for what the killed left behind: pruning takes that."""
    known = set(db.session.scalars(select(Picture.key)))
    assert known <= {stored.key for stored in storage().stored()}
