"""What every queue is held to: it wakes workers, believes no stranger, and its absence stops nobody."""

import pickle
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue

import pytest
from flask import Flask

from app import worker
from app.extensions import lanes
from app.jobs import runner
from app.jobs.runner import Hands
from tests.cast import SANDBOX, Sketcher
from tests.conftest import MakeApp
from tests.services import free_port

SOON = 2  # seconds
HELD_UP = 3
QUEUES = ("sqlite", "redis", "postgresql")


class Looks(SimpleQueue[str]):
    """The lanes whose job table a worker looked at."""


@pytest.fixture(params=QUEUES)
def queue(request: pytest.FixtureRequest) -> str:
    """Its address, as QUEUE_URL has it."""
    fixture = {"redis": "redis", "postgresql": "postgres"}.get(request.param)
    return str(request.getfixturevalue(fixture)) if fixture else ""


@pytest.fixture
def app(make_app: MakeApp, queue: str) -> Iterator[Flask]:
    made = make_app(QUEUE_URL=queue)
    with made.app_context():
        yield made


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Looks:
    """Every look of a worker at the job table, which it takes only when woken."""
    seen = Looks()

    def take_one(lane: str, _: Hands) -> bool:
        seen.put(lane)
        return False

    monkeypatch.setattr(runner, "take_one", take_one)
    monkeypatch.setattr(worker, "LOOK", float("inf"))
    return seen


@contextmanager
def working(app: Flask, threads: int = 1) -> Iterator[None]:
    """A worker of the illustrator's lane, its threads among ours."""
    hands = Hands(Sketcher(), SANDBOX)
    consumer = worker.consumer(app, "illustrator", lambda: runner.take_one("illustrator", hands), threads)
    for _, thread in consumer.worker_threads:
        thread.start()
    yield
    consumer.stop_flag.set()
    for _, thread in consumer.worker_threads:
        thread.join()


def test_a_wake_up_wakes_a_worker(app: Flask, looks: Looks) -> None:
    with working(app):
        for _ in range(3):
            lanes["illustrator"].wake()
            assert looks.get(timeout=SOON) == "illustrator"


def test_a_wake_up_sent_before_the_worker_came_is_not_forgotten(app: Flask, looks: Looks) -> None:
    lanes["illustrator"].wake()
    with working(app):
        assert looks.get(timeout=SOON) == "illustrator"


def test_jobs_whose_wake_ups_got_lost_do_not_wait_for_one_another(
    app: Flask, looks: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = iter([True] * 20)

    def take_one(lane: str, _: Hands) -> bool:
        looks.put(lane)
        return next(waiting, False)

    monkeypatch.setattr(runner, "take_one", take_one)
    monkeypatch.setattr(worker, "LOOK", 1)
    began = time.monotonic()
    with working(app):
        for _ in range(20):
            looks.get(timeout=SOON)
    assert time.monotonic() - began < 20 * 0.25


def test_of_several_threads_one_looks_by_itself(app: Flask, looks: Looks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "LOOK", 30)
    with working(app, threads=4):
        assert looks.get(timeout=SOON) == "illustrator"
        with pytest.raises(Empty):
            looks.get(timeout=0.5)


def test_a_lane_hears_nothing_of_the_other(app: Flask, looks: Looks) -> None:
    with working(app):
        lanes["tools"].wake()
        with pytest.raises(Empty):
            looks.get(timeout=0.5)


def test_lanes_of_similar_names_are_two(make_app: MakeApp, tmp_path: Path, queue: str) -> None:
    names = ["sd-1.5", "sd15"]
    models = tmp_path / "models.toml"
    models.write_text("".join(f'[[model]]\nname = "{name}"\nengine = "illustrator"\n' for name in names))
    with make_app(QUEUE_URL=queue, MODEL_LIST=models).app_context():
        lanes["sd-1.5"].wake()
        assert [lanes[name].huey.pending_count() for name in names] == [1, 0]


def test_a_message_signed_with_another_secret_is_refused_and_the_worker_lives(
    app: Flask, make_app: MakeApp, queue: str, looks: Looks, caplog: pytest.LogCaptureFixture
) -> None:
    stranger = make_app(QUEUE_URL=queue, SECRET_KEY="somebody else's secret, and quite as long as ours")
    with stranger.app_context():
        lanes["illustrator"].wake()
    with working(app):
        with pytest.raises(Empty):
            looks.get(timeout=0.5)
        lanes["illustrator"].wake()
        assert looks.get(timeout=SOON) == "illustrator"
    assert "could not be read: Signature" in caplog.text


class Bomb:
    """A pickle that makes a file where it is opened."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.path,)


@pytest.mark.parametrize("signature", [b"", b":", b":0123456789abcdef"])
def test_a_message_without_a_right_signature_is_never_opened(
    app: Flask, looks: Looks, tmp_path: Path, signature: bytes
) -> None:
    bomb = pickle.dumps(Bomb(tmp_path / "opened"))
    lanes["illustrator"].huey.storage.enqueue(bomb + signature)
    lanes["illustrator"].wake()
    with working(app):
        assert looks.get(timeout=SOON) == "illustrator"
    assert not (tmp_path / "opened").exists()
    pickle.loads(bomb)  # noqa: S301  (it is a bomb)
    assert (tmp_path / "opened").exists()


@pytest.mark.parametrize("scheme", ["redis", "postgresql"])
def test_a_queue_that_is_down_or_mute_holds_nobody_up(
    make_app: MakeApp, caplog: pytest.LogCaptureFixture, scheme: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        for port in (free_port(), mute.getsockname()[1]):
            with make_app(QUEUE_URL=f"{scheme}://127.0.0.1:{port}/0").app_context():
                began = time.monotonic()
                lanes["illustrator"].wake()
                assert time.monotonic() - began < HELD_UP
    assert caplog.text.count("the illustrator lane could not be woken") == 2


def test_a_queue_that_cannot_be_written_holds_nobody_up(make_app: MakeApp, caplog: pytest.LogCaptureFixture) -> None:
    app = make_app()
    (app.extensions["settings"].DATA_DIR / "queue-illustrator.sqlite").mkdir()
    with app.app_context():
        lanes["illustrator"].wake()
    assert "the illustrator lane could not be woken" in caplog.text


def test_a_worker_whose_queue_is_down_goes_on_looking_by_itself(
    make_app: MakeApp, looks: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "LOOK", 0.2)
    with working(make_app(QUEUE_URL=f"redis://127.0.0.1:{free_port()}/0")):
        for _ in range(3):
            assert looks.get(timeout=SOON) == "illustrator"
