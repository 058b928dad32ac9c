"""A worker whose engine paints jobs together: one thread of it paints while another stores."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask

from app.engines.breaker import FIRST
from app.engines.protocol import EngineDown, Tint
from app.extensions import db
from app.jobs import results
from app.jobs.easel import Easel
from tests.cast import SANDBOX, Batcher, Cast, Person
from tests.conftest import MakeApp
from tests.jobs.test_together import PATIENCE, ends, paint


@pytest.fixture
def app(make_app: MakeApp) -> Iterator[Flask]:
    """With one model, which paints several pictures together."""
    made = make_app(ENGINE="diffusers", MODEL="a/photo")
    with made.app_context():
        yield made


@pytest.fixture
def pia(cast: Cast) -> Person:
    """Pia, who can pay for much."""
    return cast.pia


@pytest.fixture
def easel(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Easel]:
    """A worker's, with an engine that paints one at a time."""
    engine = Batcher()
    engine.together = 1
    monkeypatch.setattr("app.jobs.easel.open_engine", lambda *_: engine)
    made = Easel(app.extensions["models"]["photo"], app.extensions["settings"], SANDBOX)
    yield made
    made.close()


def look_twice(app: Flask, easel: Easel) -> list[bool]:
    """With two threads at once; what each found."""

    def look(_: int) -> bool:
        with app.app_context():
            try:
                return easel.look()
            finally:
                db.session.remove()

    with ThreadPoolExecutor(2) as threads:
        return list(threads.map(look, range(2)))


def test_the_engine_is_free_for_the_next_while_pictures_are_stored(
    pia: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    free, waited = threading.Event(), []
    store = results.store

    def slowly(*given: Any) -> Any:
        waited.append(free.wait(PATIENCE))
        return store(*given)

    monkeypatch.setattr(results, "store", slowly)
    jobs = [pia.starts() for _ in range(2)]
    paint(Batcher(), free=free.set)
    assert waited == [True, True]
    assert ends(pia, *jobs) == ["succeeded"] * 2


def test_one_thread_of_a_worker_paints_while_another_stores(
    app: Flask, pia: Person, easel: Easel, monkeypatch: pytest.MonkeyPatch
) -> None:
    both_painted = threading.Barrier(2)
    store = results.store

    def meets_the_other(*given: Any) -> Any:
        both_painted.wait(PATIENCE)
        return store(*given)

    monkeypatch.setattr(results, "store", meets_the_other)
    jobs = [pia.starts() for _ in range(2)]
    assert look_twice(app, easel) == [True, True]
    assert ends(pia, *jobs) == ["succeeded"] * 2


def test_a_worker_that_is_asked_to_stop_begins_nothing_more(
    app: Flask, pia: Person, easel: Easel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> Tint | None:
        easel.stopping.set()
        return None

    monkeypatch.setattr(Batcher, "tint", stop)
    jobs = [pia.starts() for _ in range(2)]
    assert sorted(look_twice(app, easel)) == [False, True]
    assert sorted(ends(pia, *jobs)) == ["queued", "succeeded"]


def test_a_worker_whose_model_went_down_over_several_jobs_rests_once(app: Flask, pia: Person, easel: Easel) -> None:
    engine = Batcher()
    engine.fails_with = EngineDown("no current")
    easel._engine = engine
    jobs = [pia.starts() for _ in range(3)]
    assert look_twice(app, easel) == [False, False]
    assert [len(batch) for batch in engine.batches] == [3]
    assert 0 < easel.breaker.resting <= FIRST
    assert ends(pia, *jobs) == ["queued"] * 3


def test_the_pace_is_told_once_for_all_of_them(pia: Person) -> None:
    told = list[tuple[int, float]]()
    pia.starts(count=2)
    pia.starts()
    paint(Batcher(), on_painted=lambda pictures, seconds: told.append((pictures, seconds)))
    assert [pictures for pictures, _ in told] == [3]
