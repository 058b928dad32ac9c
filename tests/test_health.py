"""What a watcher is told."""

from flask import Flask

from app.extensions import db
from tests.cast import Actor


def test_a_site_that_can_work_says_so(app: Flask) -> None:
    assert Actor(app).get("/health/live").json == {"ok": True}
    assert Actor(app).get("/health/ready").json == {"ok": True}


def test_a_site_without_its_database_is_alive_but_not_ready(app: Flask) -> None:
    db.engine.dispose()
    (app.extensions["settings"].DATA_DIR / "limn.sqlite").unlink()
    (app.extensions["settings"].DATA_DIR / "limn.sqlite").mkdir()
    assert Actor(app).get("/health/live").status_code == 200
    answer = Actor(app).get("/health/ready")
    assert (answer.status_code, answer.json) == (503, {"ok": False, "missing": "database"})
