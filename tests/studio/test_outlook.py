"""What somebody who waits is told: how long, what for, and how their pictures look so far."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, update

from app.extensions import db, transaction
from app.jobs import lifecycle, previews
from app.jobs.models import Job, Readiness
from app.jobs.painters import Presence
from app.studio.outlook import about
from tests.cast import Cast, Studio, in_the_making, png
from tests.conftest import Clock, MakeApp
from tests.listed import STANDING_IN, listed

HTMX = {"HX-Request": "true"}


@pytest.fixture
def app(make_app: MakeApp, tmp_path: Path) -> Iterator[Flask]:
    made = make_app(MODEL_LIST=listed(tmp_path, STANDING_IN))
    with made.app_context():
        yield made


@pytest.fixture
def photographer(app: Flask, time: Clock) -> Presence:
    """A worker who serves the site's own choice, two pictures in half a minute."""
    presence = Presence(app, "photo")
    presence.pace = 30.0
    presence.tell(Readiness.READY, together=2)
    return presence


def frame(cast: Cast, job_id: str, shape: str = "frame") -> str:
    return cast.ann.get(f"/jobs/{job_id}?as={shape}", headers=HTMX).text


def test_whoever_waits_hears_how_long(cast: Cast, photographer: Presence, time: Clock) -> None:
    first, second, third = (cast.ann.starts() for _ in range(3) if time.forward(seconds=1))
    assert [cast.ann.job(job_id)["waiting_for"] for job_id in (first, second, third)] == [
        "about 30 s",
        "about 30 s",
        "about 60 s",
    ]
    assert "Next in line" in frame(cast, first)
    assert "about 60 s" in frame(cast, third)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, ""),
        (4.9, ""),
        (5.0, "about 5 s"),
        (38.0, "about 40 s"),
        (89.0, "about 90 s"),
        (90.1, "about 2 min"),
        (600.0, "about 10 min"),
    ],
)
def test_how_long_is_said_roughly_and_only_where_it_is_worth_it(seconds: float | None, said: str) -> None:
    assert about(seconds) == said


def test_a_model_that_loads_says_so(cast: Cast, photographer: Presence) -> None:
    job_id = cast.ann.starts()
    photographer.tell(Readiness.LOADING)
    assert "The model is loading." in frame(cast, job_id)
    assert cast.ann.job(job_id)["waiting_for"] == "The model is loading."


def test_a_model_that_does_not_work_says_so_without_telling_the_operators_affairs(
    cast: Cast, photographer: Presence
) -> None:
    job_id = cast.ann.starts()
    photographer.tell(Readiness.DOWN, "MODEL: /secret/folder is not there")
    page = frame(cast, job_id, "job")
    assert "At present the Photographer does not work. This goes on by itself as soon as it does." in page
    assert "secret" not in page
    assert "Cancel" in page


def test_a_model_whose_workers_are_gone_does_not_work(cast: Cast, time: Clock) -> None:
    job_id = cast.ann.starts()
    assert "waiting_for" not in cast.ann.job(job_id)
    time.forward(seconds=61)
    assert "the Photographer does not work" in cast.ann.job(job_id)["waiting_for"]


def test_tools_wait_for_no_model(cast: Cast, photographer: Presence) -> None:
    assert "waiting_for" not in cast.ann.job(cast.ann.uses("rotate", png()))


def test_a_tile_has_no_room_for_that(cast: Cast, photographer: Presence) -> None:
    job_id = cast.ann.starts()
    assert "about 30 s" not in frame(cast, job_id, "tile")


def test_a_tile_of_a_model_that_does_not_work_promises_no_place(cast: Cast, photographer: Presence) -> None:
    job_id = cast.ann.starts()
    photographer.tell(Readiness.DOWN, "no current")
    tile = frame(cast, job_id, "tile")
    assert "Waiting" in tile
    assert "Next in line" not in tile


def test_a_file_that_waits_for_such_a_model_promises_none_either(cast: Cast, photographer: Presence) -> None:
    job_id = cast.ann.uses("image-to-image", png(), prompt="at night")
    assert "next in line" in frame(cast, job_id, "row")
    photographer.tell(Readiness.DOWN, "no current")
    assert '<span class="file-said">waiting</span>' in frame(cast, job_id, "row")
    assert "Working on it" not in frame(cast, job_id, "stage")


def test_whoever_called_it_off_hears_no_more_of_where_it_goes(cast: Cast) -> None:
    job_id = cast.ann.starts()
    with transaction() as tx:
        tx.execute(update(Job).values(lane="brush", instead_of="photo"))
    assert "goes to the Brush" in cast.ann.get(f"/jobs/{job_id}").text
    cast.ann.press(f"/jobs/{job_id}/cancellation")
    assert "goes to" not in cast.ann.get(f"/jobs/{job_id}").text


def test_a_running_job_shows_how_each_picture_looks(cast: Cast, time: Clock) -> None:
    job_id = in_the_making(cast.ann, png(8, 8, "red"), png(8, 8, "gold"), lane="photo", progress=40)
    shown = frame(cast, job_id)
    assert shown.count('class="look"') == 2
    for number, colour in ((1, "red"), (2, "gold")):
        path = f"/jobs/{job_id}/preview/{number}"
        assert f'src="{path}?v=40"' in shown
        answer = cast.ann.get(path)
        assert (answer.data, answer.mimetype) == (png(8, 8, colour), "image/png")
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_newer_look_lies_over_the_one_before(cast: Cast, time: Clock) -> None:
    job_id = in_the_making(cast.ann, png(8, 8, "red"), lane="photo", progress=40)
    with transaction() as tx:
        previews.keep(tx, job_id, [png(8, 8, "gold")], 60)
    shown = frame(cast, job_id)
    assert 0 < shown.index(f'id="look-frame-{job_id}-1-40"') < shown.index(f'id="look-frame-{job_id}-1-60"')


def test_the_stage_of_a_tool_shows_how_it_looks(cast: Cast, time: Clock) -> None:
    job_id = cast.ann.uses("image-to-image", png(), prompt="at night")
    claim = lifecycle.claim("photo", time.now())
    assert claim is not None
    assert lifecycle.beat(claim, 30, time.now(), [png()])
    assert f'src="/jobs/{job_id}/preview/1?v=30"' in frame(cast, job_id, "stage")


def test_a_look_is_nobody_elses(cast: Cast, time: Clock) -> None:
    path = f"/jobs/{in_the_making(cast.ann, lane='photo')}/preview/1"
    assert cast.ann.get(path).status_code == 200
    assert {cast.ben.get(path).status_code, cast.guest().get(path).status_code} == {404}


def test_there_is_none_of_a_job_that_is_done(cast: Cast, studio: Studio, time: Clock) -> None:
    job_id = in_the_making(cast.ann, lane="photo")
    time.forward(seconds=16)
    studio.works("photo")
    assert cast.ann.job(job_id)["status"] == "succeeded"
    assert cast.ann.get(f"/jobs/{job_id}/preview/1").status_code == 404
    assert 'class="look"' not in frame(cast, job_id)


@pytest.mark.parametrize(("lane", "queries"), [("photo", 1), ("brush", 0)])
def test_asking_costs_a_query_more_at_most(cast: Cast, time: Clock, lane: str, queries: int) -> None:
    """And none where there are no previews: the illustrator has none."""
    job_id = in_the_making(cast.ann, lane=lane)
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    cast.ann.get(f"/jobs/{job_id}?as=frame", headers=HTMX)
    assert sum("previews" in statement for statement in asked) == queries
    assert not any("painters" in statement for statement in asked)
