"""What a watcher is told."""

import pytest
from flask import Flask

from app.extensions import db
from app.jobs.models import Readiness
from app.jobs.painters import Presence
from tests.cast import Actor
from tests.conftest import Clock


def test_a_site_that_can_work_says_so(app: Flask) -> None:
    assert Actor(app).get("/health/live").json == {"ok": True}
    assert Actor(app).get("/health/ready").json == {"ok": True, "models": {"illustrator": "nobody"}}


def test_a_site_without_its_database_is_alive_but_not_ready(app: Flask) -> None:
    db.engine.dispose()
    (app.extensions["settings"].DATA_DIR / "limn.sqlite").unlink()
    (app.extensions["settings"].DATA_DIR / "limn.sqlite").mkdir()
    assert Actor(app).get("/health/live").status_code == 200
    answer = Actor(app).get("/health/ready")
    assert (answer.status_code, answer.json) == (503, {"ok": False, "missing": "database"})


@pytest.mark.parametrize(("state", "status"), [(Readiness.LOADING, 503), (Readiness.READY, 200), (Readiness.DOWN, 503)])
def test_a_model_is_ready_when_a_worker_of_it_is(app: Flask, time: Clock, state: Readiness, status: int) -> None:
    Presence(app, "illustrator").tell(state, "MODEL: there is no /secret/folder")
    site, model = Actor(app).get("/health/ready"), Actor(app).get("/health/ready/illustrator")
    assert (site.status_code, site.json) == (200, {"ok": True, "models": {"illustrator": state}})
    assert (model.status_code, model.json) == (status, {"ok": status == 200, "models": {"illustrator": state}})


def test_a_model_that_nobody_serves_is_not_ready(app: Flask) -> None:
    assert Actor(app).get("/health/ready/illustrator").status_code == 503


def test_there_is_nothing_to_say_of_a_model_that_does_not_exist(app: Flask) -> None:
    assert Actor(app).get("/health/ready/gone").status_code == 404
