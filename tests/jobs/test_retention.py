"""Files go when their time is up, and no crash leaves a row without its file or a file nobody knows."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from app.extensions import storage
from app.jobs import retention
from app.jobs.retention import UNKNOWN_FOR
from tests.cast import Cast, Studio, png
from tests.conftest import Clock


@pytest.fixture
def files(app: Flask) -> Path:
    return Path(app.extensions["settings"].files)


def age(path: Path, time: Clock, by: timedelta) -> None:
    moment = (time.now() - by).timestamp()
    os.utime(path, (moment, moment))


def test_a_free_picture_goes_after_a_day(cast: Cast, studio: Studio, time: Clock) -> None:
    job_id = cast.ann.starts()
    studio.works()
    time.forward(hours=23, minutes=59)
    assert retention.prune(time.now()) == 0
    assert cast.ann.get(f"/{job_id}?raw=1").status_code == 200
    time.forward(minutes=2)
    assert retention.prune(time.now()) == 2  # the picture and its thumbnail
    assert cast.ann.get(f"/{job_id}?raw=1").status_code == 404
    assert cast.ann.job(job_id)["status"] == "succeeded"


def test_what_came_with_a_job_stays_as_long_as_the_job_waits(cast: Cast, studio: Studio, time: Clock) -> None:
    job_id = cast.ann.uses("image-to-image", png(), prompt="at night")
    time.forward(hours=25)
    assert retention.prune(time.now()) == 0
    studio.works()
    assert cast.ann.job(job_id)["status"] == "succeeded"
    assert retention.prune(time.now()) == 1, "what came in; what was made stays for a day"


def test_a_paid_picture_stays(cast: Cast, studio: Studio, time: Clock) -> None:
    job_id = cast.pia.starts()
    studio.works()
    time.forward(days=300)
    assert retention.prune(time.now()) == 0
    assert cast.guest().get(f"/{job_id}?raw=1").status_code == 200


def test_a_file_that_no_row_knows_goes_within_a_day(files: Path, time: Clock) -> None:
    storage().put("ab/orphan.png", b"left by a crash")
    age(files / "ab/orphan.png", time, UNKNOWN_FOR - timedelta(minutes=1))
    assert retention.prune(time.now()) == 0
    age(files / "ab/orphan.png", time, UNKNOWN_FOR + timedelta(minutes=1))
    assert retention.prune(time.now()) == 1
    assert timedelta(days=1) > UNKNOWN_FOR
    assert not (files / "ab/orphan.png").exists()


def test_half_a_file_goes_too(files: Path, time: Clock) -> None:
    (files / "ab").mkdir(parents=True)
    (files / "ab/.half").write_bytes(b"the machine went down here")
    age(files / "ab/.half", time, UNKNOWN_FOR + timedelta(minutes=1))
    assert retention.prune(time.now()) == 1


def test_a_crash_between_row_and_file_is_mended_by_the_next_run(
    cast: Cast, studio: Studio, files: Path, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.ann.starts()
    studio.works()
    time.forward(hours=25)
    with monkeypatch.context() as crash:
        crash.setattr(type(storage()), "delete", _crash)
        with pytest.raises(KeyboardInterrupt):
            retention.prune(time.now())
    left = [path for path in files.rglob("*") if path.is_file()]
    assert len(left) == 2
    for path in left:
        age(path, time, UNKNOWN_FOR + timedelta(minutes=1))
    assert retention.prune(time.now()) == 2


def test_a_known_file_is_never_taken_for_an_orphan(cast: Cast, studio: Studio, files: Path, time: Clock) -> None:
    cast.pia.starts()
    studio.works()
    for path in files.rglob("*"):
        age(path, time, timedelta(days=30))
    assert retention.prune(time.now()) == 0


def _crash(*_: object) -> None:
    raise KeyboardInterrupt
