"""Waiting for a job: as long as somebody likes, in as many threads as there are to spare."""

import threading
from collections.abc import Iterator
from time import monotonic

import pytest
from flask import Flask

from app.jobs import waiting
from tests.cast import Cast, Studio
from tests.conftest import MakeApp


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """The places are counted for a process; here each test has its own."""
    waiting._places.cache_clear()
    yield
    waiting._places.cache_clear()


def test_it_ends_as_soon_as_the_job_does(app: Flask, cast: Cast, studio: Studio) -> None:
    job_id = cast.ann.starts()
    began = monotonic()

    def work() -> None:
        with app.app_context():
            studio.works()

    worker = threading.Thread(target=work)
    worker.start()
    assert waiting.watch(job_id, 30)
    assert monotonic() - began < 20
    worker.join()


def test_it_ends_after_its_time(cast: Cast) -> None:
    began = monotonic()
    assert not waiting.watch(cast.ann.starts(), 0.1)
    assert monotonic() - began < 5


def test_two_threads_of_a_process_never_wait(make_app: MakeApp) -> None:
    with make_app(WEB_THREADS=4).app_context():
        assert [waiting.take_place() for _ in range(3)] == [True, True, False]
        waiting.leave_place()
        assert waiting.take_place()


def test_who_finds_no_place_does_not_wait(make_app: MakeApp) -> None:
    with make_app(WEB_THREADS=1).app_context():
        assert waiting.take_place()
        began = monotonic()
        waiting.wait("0" * 22, 30)
        assert monotonic() - began < 5
