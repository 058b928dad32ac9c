"""A worker's engine: opened, opened again, left alone while it does not work."""

import logging
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.engines import Model
from app.engines.breaker import Breaker
from app.engines.protocol import EngineDown, EngineGone, OnProgress, Painting, PaintRequest
from app.extensions import db
from app.jobs import easel as of_models
from app.jobs import lifecycle, painters
from app.jobs.easel import Easel
from app.jobs.heart import Stopped
from app.jobs.models import Job, Readiness
from app.jobs.painters import NOBODY, Presence, Standing
from app.refusals import Refusal
from config import Settings
from tests.cast import SANDBOX, Cast, Sketcher
from tests.conftest import Clock, MakeApp
from tests.listed import STANDING_IN, listed

REST = 15  # seconds, the first one


@dataclass
class Shop:
    """Where engines are opened: it hands out one sketcher, unless told what goes wrong."""

    engine: Sketcher = field(default_factory=Sketcher)
    trouble: Exception | None = None
    opened: int = 0

    def open_engine(self, _model: Model, _settings: Settings) -> Sketcher:
        self.opened += 1
        if self.trouble:
            raise self.trouble
        return self.engine


@pytest.fixture(params=["wait"])
def app(request: pytest.FixtureRequest, make_app: MakeApp, tmp_path: Path, time: Clock) -> Iterator[Flask]:
    """With `photo` as its own choice, and `brush`, which stands in for it where jobs do not wait."""
    made = make_app(MODEL_LIST=listed(tmp_path, STANDING_IN), MODEL_DOWN=request.param)
    with made.app_context():
        Presence(made, "brush").tell(Readiness.READY)
        yield made


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Shop:
    shop = Shop()
    monkeypatch.setattr(of_models, "open_engine", shop.open_engine)
    return shop


@pytest.fixture
def easel(app: Flask, shop: Shop, time: Clock, caplog: pytest.LogCaptureFixture) -> Iterator[Easel]:
    """Of the photo lane, with the tests' clock."""
    caplog.set_level(logging.INFO)
    easel = Easel(app.extensions["models"]["photo"], app.extensions["settings"], SANDBOX, 2)
    easel.breaker = Breaker(lambda: time.now().timestamp())
    yield easel
    easel.close()


def job(job_id: str) -> Job:
    db.session.remove()
    found = db.session.scalar(select(Job).where(Job.id == job_id))
    assert found is not None
    return found


def standing(time: Clock) -> Standing:
    return painters.standings(time.now()).get("photo", NOBODY)


def lane(time: Clock) -> tuple[Readiness | None, str]:
    found = standing(time)
    return found.state, found.said


def complaints(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


def test_the_first_look_opens_the_engine_though_nothing_waits(easel: Easel, shop: Shop, time: Clock) -> None:
    assert not easel.look()
    assert (shop.opened, lane(time)) == (1, (Readiness.READY, ""))
    assert standing(time).together == 2


def test_an_engine_is_loading_until_it_is_there(
    easel: Easel, shop: Shop, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def open_slowly(model: Model, settings: Settings) -> Sketcher:
        seen.append(lane(time)[0])
        return shop.open_engine(model, settings)

    monkeypatch.setattr(of_models, "open_engine", open_slowly)
    easel.look()
    easel.look()
    assert seen == [Readiness.LOADING]
    assert lane(time)[0] == Readiness.READY


def test_a_job_is_painted_and_its_pace_is_known(easel: Easel, cast: Cast) -> None:
    job_id = cast.ann.starts(count=2)
    assert easel.look()
    assert job(job_id).state == "succeeded"
    assert easel._told().pace is not None


@pytest.mark.parametrize(
    "trouble", [EngineDown("MODEL: there is no folder\n/nowhere"), Refusal("engine_unavailable", "Run make first.")]
)
def test_an_engine_that_does_not_open_is_said_once_in_one_line(
    easel: Easel, shop: Shop, time: Clock, caplog: pytest.LogCaptureFixture, trouble: Exception
) -> None:
    shop.trouble = trouble
    said = " ".join(str(trouble).split())
    assert not easel.look()
    assert lane(time) == (Readiness.DOWN, said)
    for _ in range(40):
        time.forward(seconds=5)
        assert not easel.look()
    assert complaints(caplog) == [f"photo does not work: {said}"]
    assert "Traceback" not in caplog.text
    assert shop.opened == 4  # after 15, 30 and 60 seconds more


def test_what_nobody_foresaw_is_said_once_with_where_it_came_from(
    easel: Easel, shop: Shop, time: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    shop.trouble = ZeroDivisionError("of a library's own")
    for _ in range(3):
        easel.look()
        time.forward(seconds=300)
    assert complaints(caplog) == ["photo does not work: of a library's own"]
    assert caplog.text.count("Traceback") == 1


def test_other_trouble_is_said_again(easel: Easel, shop: Shop, time: Clock, caplog: pytest.LogCaptureFixture) -> None:
    for words in ("no folder", "no memory"):
        shop.trouble = EngineDown(words)
        easel.look()
        time.forward(seconds=REST)
    assert complaints(caplog) == ["photo does not work: no folder", "photo does not work: no memory"]


def test_jobs_wait_untouched_and_go_on_by_themselves(easel: Easel, shop: Shop, cast: Cast, time: Clock) -> None:
    job_id = cast.ann.starts()
    shop.trouble = EngineDown("no folder")
    easel.look()
    assert (job(job_id).state, job(job_id).attempt, job(job_id).errors) == ("queued", 0, 0)
    assert "At present the Photographer does not work." in cast.ann.job(job_id)["waiting_for"]
    shop.trouble = None
    assert not easel.look()  # it rests
    time.forward(seconds=REST)
    assert easel.look()
    assert job(job_id).state == "succeeded"
    assert lane(time) == (Readiness.READY, "")


def test_an_engine_that_fails_while_it_paints_costs_the_job_no_try(
    easel: Easel, shop: Shop, cast: Cast, time: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    job_id = cast.ann.starts()
    shop.engine.fails_with = EngineDown("the endpoint does not answer")
    for _ in range(5):
        assert not easel.look()
        time.forward(seconds=300)
    assert (job(job_id).state, job(job_id).errors, job(job_id).lost_leases) == ("queued", 0, 0)
    assert complaints(caplog) == ["photo does not work: the endpoint does not answer"]
    shop.engine.fails_with = None
    assert easel.look()
    assert (job(job_id).state, shop.opened, lane(time)[0]) == ("succeeded", 1, Readiness.READY)
    assert "photo works again" in caplog.text


def test_after_a_rest_one_job_is_tried(easel: Easel, shop: Shop, cast: Cast, time: Clock) -> None:
    """Whoever looks meanwhile, as another thread would, takes none."""
    cast.ann.starts()
    cast.ann.starts()
    shop.engine.fails_with = EngineDown("the endpoint does not answer")
    easel.look()
    time.forward(seconds=REST)
    looked = []

    class Curious(Sketcher):
        def paint(self, request: PaintRequest, on_progress: OnProgress) -> list[Painting]:
            looked.append(easel.look())
            raise EngineDown("the endpoint does not answer")

    easel._engine = Curious()
    assert not easel.look()
    assert looked == [False]


def test_a_trial_that_is_called_off_proves_nothing(easel: Easel, shop: Shop, cast: Cast, time: Clock) -> None:
    cast.ann.starts()
    shop.engine.fails_with = EngineDown("the endpoint does not answer")
    easel.look()
    time.forward(seconds=REST)
    shop.engine.fails_with = Stopped()
    easel.look()
    assert lane(time)[0] == Readiness.DOWN
    cast.ann.starts()
    shop.engine.fails_with = None
    assert easel.look()
    assert lane(time)[0] == Readiness.READY


def test_a_refusal_is_no_trouble_of_the_engines(easel: Easel, shop: Shop, cast: Cast, time: Clock) -> None:
    cast.ann.starts()
    shop.engine.fails_with = Refusal("withheld", "It was withheld.")
    assert easel.look()
    assert (easel.breaker.may_try(), lane(time)[0]) == (True, Readiness.READY)


@pytest.mark.parametrize("app", ["next"], indirect=True)
def test_jobs_go_to_another_model_while_it_rests(easel: Easel, shop: Shop, cast: Cast) -> None:
    job_id = cast.ann.starts()
    shop.engine.fails_with = EngineDown("the endpoint does not answer")
    easel.look()
    assert job(job_id).lane == "photo"
    easel.look()
    assert (job(job_id).lane, job(job_id).instead_of) == ("brush", "photo")


def test_a_worker_that_stops_is_gone(easel: Easel, time: Clock) -> None:
    easel.look()
    easel.close()
    assert standing(time) == NOBODY


def test_a_worker_that_stops_begins_nothing(easel: Easel, shop: Shop, cast: Cast) -> None:
    job_id = cast.ann.starts()
    easel.stopping.set()
    assert not easel.look()
    assert (shop.opened, job(job_id).state) == (0, "queued")


def test_a_process_whose_engine_can_never_work_again_makes_way_for_another(
    easel: Easel, shop: Shop, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    signals = []
    monkeypatch.setattr(os, "kill", lambda *sent: signals.append((*sent, easel.stopping.is_set())))
    cast.ann.starts()
    shop.engine.fails_with = EngineGone("the device failed: CUDA error")
    assert not easel.look()
    assert signals == [(os.getpid(), signal.SIGTERM, False)]
    assert easel.stopping.is_set()


def test_a_stop_is_not_cut_short_by_an_engine_that_is_gone(
    easel: Easel, shop: Shop, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    signals = []
    monkeypatch.setattr(os, "kill", lambda *sent: signals.append(sent))
    monkeypatch.setattr(shop.engine, "tint", lambda _: easel.stopping.set())
    cast.ann.starts()
    shop.engine.fails_with = EngineGone("the device failed: CUDA error")
    assert not easel.look()
    assert signals == []


def test_a_job_over_which_the_device_failed_counts_as_one_that_killed_its_worker(
    easel: Easel, shop: Shop, cast: Cast, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "kill", lambda *_: None)
    job_id = cast.ann.starts()
    shop.engine.fails_with = EngineGone("the device failed: CUDA error")
    easel.look()
    lifecycle.sweep(time.forward(seconds=16))
    assert (job(job_id).state, job(job_id).lost_leases) == ("queued", 1)
