"""Who paints instead of a model that does not work."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.engines.catalogue import Catalogue
from app.extensions import db, transaction
from app.jobs import lifecycle, painters, standing_in
from app.jobs.models import Job, Readiness, State
from app.jobs.painters import Presence
from tests.cast import Cast, Studio
from tests.conftest import Clock, MakeApp
from tests.listed import STANDING_IN, listed

LONG = 121  # seconds


@pytest.fixture(params=["sqlite"])
def app(request: pytest.FixtureRequest, make_app: MakeApp, tmp_path: Path, time: Clock) -> Iterator[Flask]:
    where = {} if request.param == "sqlite" else {"DATABASE_URL": request.getfixturevalue("migrated_postgres")}
    made = make_app(MODEL_LIST=listed(tmp_path, STANDING_IN), MODEL_DOWN="next", **where)
    with made.app_context():
        for lane in ("dear", "members", "brush"):
            Presence(made, lane).tell(Readiness.READY)
        yield made


def where(job_id: str) -> tuple[str, str | None]:
    """The lane of a job, and whose it was."""
    db.session.remove()
    job = db.session.scalar(select(Job).where(Job.id == job_id))
    assert job is not None
    return job.lane, job.instead_of


def test_the_next_model_of_the_same_price_stands_in(app: Flask, cast: Cast, time: Clock) -> None:
    job_id = cast.ann.starts(model="photo")
    assert standing_in.hand_on("photo", time.now()) == 1
    assert where(job_id) == ("brush", "photo")


def test_jobs_that_are_handed_on_can_still_be_painted_together(cast: Cast, time: Clock) -> None:
    for _ in range(2):
        cast.ann.starts()
    standing_in.hand_on("photo", time.now())
    first = lifecycle.claim("brush", time.now())
    assert first is not None
    assert len(lifecycle.claim_kin(first, 4, time.now())) == 1


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_a_job_that_somebody_holds_is_not_waited_for(cast: Cast, time: Clock) -> None:
    held, free = cast.ann.starts(), cast.ann.starts()
    with transaction() as another:
        another.scalars(select(Job).where(Job.id == held).with_for_update()).one()
        assert standing_in.hand_on("photo", time.now()) == 1
    assert [where(held), where(free)] == [("photo", None), ("brush", "photo")]


def test_whoever_is_on_a_plan_gets_what_the_plan_has(app: Flask, cast: Cast, time: Clock) -> None:
    job_id = cast.pia.starts()
    standing_in.hand_on("photo", time.now())
    assert where(job_id) == ("members", "photo")


def test_nobody_of_another_price_stands_in(app: Flask, cast: Cast, time: Clock) -> None:
    job_id = cast.ann.starts(model="dear")
    assert standing_in.hand_on("dear", time.now()) == 0
    assert where(job_id) == ("dear", None)


def test_a_model_that_does_not_work_either_gets_nothing(app: Flask, cast: Cast, time: Clock) -> None:
    job_id = cast.ann.starts()
    Presence(app, "brush").tell(Readiness.DOWN, "out of paint")
    assert standing_in.hand_on("photo", time.now()) == 0
    assert where(job_id) == ("photo", None)


def test_nobody_stands_in_while_another_worker_of_it_works(app: Flask, cast: Cast, time: Clock) -> None:
    job_id = cast.ann.starts()
    other = Presence(app, "photo")
    other.host = "another machine"
    other.tell(Readiness.READY)
    Presence(app, "photo").tell(Readiness.DOWN)
    assert standing_in.hand_on("photo", time.now()) == 0
    assert where(job_id) == ("photo", None)


def test_what_is_being_painted_stays(app: Flask, cast: Cast, studio: Studio, time: Clock) -> None:
    job_id = cast.ann.starts()
    studio.works("photo")
    assert standing_in.hand_on("photo", time.now()) == 0
    assert where(job_id) == ("photo", None)


def test_a_site_may_have_jobs_wait(make_app: MakeApp, tmp_path: Path, time: Clock) -> None:
    app = make_app(MODEL_LIST=listed(tmp_path, STANDING_IN), MODEL_DOWN="wait")
    with app.app_context():
        job_id = Cast(app).ann.starts()
        assert standing_in.hand_on("photo", time.now()) == 0
        time.forward(seconds=LONG)
        assert standing_in.mend(time.now()) == 0
        assert where(job_id) == ("photo", None)


def test_who_painted_it_and_why_is_said(cast: Cast, studio: Studio, time: Clock) -> None:
    job_id = cast.ann.starts()
    standing_in.hand_on("photo", time.now())
    assert "goes to the Brush, because the Photographer did not work" in cast.ann.get(f"/jobs/{job_id}").text
    assert cast.ann.job(job_id)["instead_of"] == "photo"
    studio.works("brush")
    page = cast.ann.get(f"/jobs/{job_id}").text
    assert re.search(r"painted by the tests&#39; sketcher in [\d.]+ s, because the Photographer did not work", page)


def test_a_job_that_goes_back_to_its_own_model_is_nobody_elses(app: Flask, cast: Cast, time: Clock) -> None:
    job_id = cast.ann.starts()
    standing_in.hand_on("photo", time.now())
    Presence(app, "photo").tell(Readiness.READY)
    Presence(app, "brush").tell(Readiness.DOWN)
    standing_in.hand_on("brush", time.now())
    assert where(job_id) == ("photo", "photo")
    assert "instead_of" not in cast.ann.job(job_id)


def test_a_job_that_nobody_comes_for_is_handed_on_in_time(app: Flask, cast: Cast, time: Clock) -> None:
    job_id = cast.ann.starts()
    assert standing_in.mend(time.now()) == 0
    time.forward(seconds=LONG)
    Presence(app, "brush").tell(Readiness.READY)
    assert standing_in.mend(time.now()) == 1
    assert where(job_id) == ("brush", "photo")


def test_where_nobody_works_a_job_stays(app: Flask, cast: Cast, time: Clock) -> None:
    job_id = cast.ann.starts()
    assert standing_in.mend(time.forward(seconds=LONG)) == 0
    assert where(job_id) == ("photo", None)


def test_a_job_whose_lane_is_served_waits_for_it(app: Flask, cast: Cast, time: Clock) -> None:
    job_id = cast.ann.starts()
    time.forward(seconds=LONG)
    Presence(app, "photo").tell(Readiness.LOADING)
    assert standing_in.mend(time.now()) == 0
    assert where(job_id) == ("photo", None)


def test_a_job_of_a_worker_that_dies_whenever_it_loads_does_not_wait_for_it(
    app: Flask, cast: Cast, time: Clock
) -> None:
    job_id = cast.ann.starts()
    time.forward(seconds=LONG)
    Presence(app, "photo").tell(Readiness.DOWN, painters.DIED)
    Presence(app, "brush").tell(Readiness.READY)
    assert standing_in.mend(time.now()) == 1
    assert where(job_id) == ("brush", "photo")


@pytest.fixture(params=["wait", "next"])
def waiting_jobs(request: pytest.FixtureRequest, app: Flask, cast: Cast) -> tuple[str, str]:
    """One for the Photographer and one for the dear model, whom the operator then takes off the list."""
    jobs = cast.ann.starts(), cast.ann.starts(model="dear")
    listed = app.extensions["models"]
    app.extensions["models"] = Catalogue([listed[name] for name in ("members", "brush")])
    app.extensions["settings"] = app.extensions["settings"].model_copy(update={"MODEL_DOWN": request.param})
    return jobs


def test_another_one_of_its_price_paints_what_a_removed_model_left(
    cast: Cast, waiting_jobs: tuple[str, str], time: Clock
) -> None:
    assert standing_in.mend(time.now()) == 2
    assert where(waiting_jobs[0]) == ("brush", "photo")
    assert "because photo did not work" in cast.ann.get(f"/jobs/{waiting_jobs[0]}").text


def test_what_nobody_paints_at_its_price_is_given_up_and_costs_nothing(
    cast: Cast, waiting_jobs: tuple[str, str], time: Clock
) -> None:
    assert cast.ann.credits == 100 - 20 - 50
    standing_in.mend(time.now())
    job = cast.ann.job(waiting_jobs[1])
    assert (job["status"], job["error"]["code"]) == (State.FAILED, "engine_unavailable")
    assert "Nothing was charged" in job["error"]["message"]
    assert cast.ann.credits == 100 - 20
    assert standing_in.mend(time.now()) == 0
