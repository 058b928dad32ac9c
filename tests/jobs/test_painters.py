"""How the workers of the models are, as they tell it."""

import os
import subprocess
from collections.abc import Iterator
from datetime import datetime

import pytest
from flask import Flask

from app.jobs import duties, painters
from app.jobs.models import Readiness
from app.jobs.painters import NOBODY, Presence, Standing
from tests.conftest import Clock

READY, LOADING, DOWN = Readiness.READY, Readiness.LOADING, Readiness.DOWN


def worker(app: Flask, name: str, state: Readiness, **facts: object) -> Presence:
    """A worker of the illustrator's lane, who tells how it is."""
    presence = Presence(app, "illustrator")
    presence.host = name
    presence.pace = facts.pop("pace", None)  # type: ignore[assignment]
    presence.tell(state, **facts)  # type: ignore[arg-type]
    return presence


def lane(now: datetime) -> Standing:
    """How the illustrator's is."""
    return painters.standings(now).get("illustrator", NOBODY)


@pytest.fixture
def beating(any_app: Flask, time: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Presence]:
    monkeypatch.setattr(painters, "BEAT", 0.01)
    presence = Presence(any_app, "illustrator")
    presence.begin()
    yield presence
    presence.end()


def test_nobody_serves_a_lane_without_workers(any_app: Flask, time: Clock) -> None:
    assert lane(time.now()) == NOBODY


def test_a_worker_tells_how_it_is_at_each_change(any_app: Flask, time: Clock) -> None:
    one = worker(any_app, "one", LOADING)
    assert lane(time.now()) == Standing(LOADING)
    one.tell(DOWN, "MODEL: there is no such folder")
    assert lane(time.now()) == Standing(DOWN, "MODEL: there is no such folder")
    one.tell(READY, together=4)
    assert lane(time.now()) == Standing(READY, "", None, 4)


@pytest.mark.parametrize(
    ("states", "best"),
    [((DOWN, LOADING), LOADING), ((DOWN, READY), READY), ((LOADING, READY), READY), ((DOWN, DOWN), DOWN)],
)
def test_a_lane_is_as_its_best_worker(
    app: Flask, time: Clock, states: tuple[Readiness, Readiness], best: Readiness
) -> None:
    for number, state in enumerate(states):
        worker(app, f"worker {number}", state)
    assert lane(time.now()).state == best


def test_those_who_are_ready_paint_side_by_side(app: Flask, time: Clock) -> None:
    worker(app, "one", READY, together=4, pace=10.0)
    worker(app, "two", READY, together=2, pace=20.0)
    worker(app, "three", LOADING, together=8, pace=1.0)
    ready = lane(time.now())
    assert (ready.together, ready.pace) == (6, 15.0)
    assert [ready.seconds(pictures) for pictures in (1, 6, 7)] == [15.0, 15.0, 30.0]


def test_nobody_knows_how_long_the_first_picture_takes(app: Flask, time: Clock) -> None:
    worker(app, "one", READY)
    assert lane(time.now()).seconds(1) is None
    assert NOBODY.seconds(1) is None


def test_the_pace_follows_what_pictures_take(app: Flask) -> None:
    one = worker(app, "one", READY, together=4)
    one.took(4, 8.0)
    assert one.pace == 8.0
    one.took(5, 8.0)  # in two turns
    assert one.pace == pytest.approx(0.7 * 8 + 0.3 * 4)


def test_a_worker_that_was_not_heard_for_a_minute_is_gone(any_app: Flask, time: Clock) -> None:
    worker(any_app, "one", READY)
    assert lane(time.forward(seconds=59)).state == READY
    assert lane(time.forward(seconds=1)) == NOBODY
    assert duties.tidy(time.forward(hours=1)) == 1


def test_a_worker_is_heard_as_long_as_it_lives(any_app: Flask, beating: Presence, time: Clock) -> None:
    time.forward(seconds=70)
    for _ in range(500):
        if lane(time.now()).state == LOADING:
            break
        beating._done.wait(0.01)
    assert lane(time.now()).state == LOADING


def test_a_worker_that_stops_is_gone_at_once_and_was_there_a_moment_ago(any_app: Flask, time: Clock) -> None:
    presence = Presence(any_app, "illustrator")
    presence.begin()
    presence.end()
    assert lane(time.now()) == NOBODY
    assert painters.served_since(time.now() - 2 * painters.GONE) == {"illustrator"}


@pytest.fixture
def of_the_dead() -> int:
    """The number of a process that has ended."""
    with subprocess.Popen(["true"]) as process:
        pass
    return process.pid


@pytest.fixture
def next_one(any_app: Flask) -> Iterator[Presence]:
    """Whom the supervisor starts when a worker is gone."""
    presence = Presence(any_app, "illustrator")
    yield presence
    presence.end()


@pytest.mark.parametrize("before", [(LOADING, ""), (DOWN, painters.DIED)], ids=["once", "again"])
def test_whoever_is_killed_while_it_loads_does_not_load_for_ever(
    any_app: Flask, time: Clock, of_the_dead: int, next_one: Presence, before: tuple[Readiness, str]
) -> None:
    killed = Presence(any_app, "illustrator")
    killed.pid = of_the_dead
    killed.tell(*before)
    next_one.begin()
    assert (next_one.state, next_one.said) == (DOWN, painters.DIED)


@pytest.mark.parametrize("before", [READY, DOWN])
def test_whoever_is_killed_at_another_time_is_loaded_anew(
    any_app: Flask, time: Clock, of_the_dead: int, next_one: Presence, before: Readiness
) -> None:
    killed = Presence(any_app, "illustrator")
    killed.pid = of_the_dead
    killed.tell(before)
    next_one.begin()
    assert next_one.state == LOADING


def test_whoever_still_loads_beside_it_is_not_dead(any_app: Flask, time: Clock, next_one: Presence) -> None:
    beside = Presence(any_app, "illustrator")
    beside.pid = os.getppid()
    beside.tell(LOADING)
    next_one.begin()
    assert next_one.state == LOADING


def test_nor_does_one_that_was_stopped_count(any_app: Flask, time: Clock, of_the_dead: int, next_one: Presence) -> None:
    stopped = Presence(any_app, "illustrator")
    stopped.pid = of_the_dead
    stopped.begin()
    stopped.end()
    next_one.begin()
    assert next_one.state == LOADING
