"""The bell between web and worker where the queue is a file."""

import threading
import time
from pathlib import Path

import pytest

from app.doorbell import Doorbell


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run" / "bell"


def test_who_waits_hears_it_at_once(path: Path) -> None:
    listener = Doorbell(path)
    listener.wait(0)
    threading.Timer(0.05, Doorbell(path).ring).start()
    began = time.monotonic()
    listener.wait(20)
    assert time.monotonic() - began < 10
    listener.close()


def test_a_ring_before_the_wait_is_heard(path: Path) -> None:
    listener = Doorbell(path)
    listener.wait(0)
    Doorbell(path).ring()
    began = time.monotonic()
    listener.wait(20)
    assert time.monotonic() - began < 10
    listener.close()


def test_many_rings_are_one_and_never_hold_the_ringer_up(path: Path) -> None:
    listener, ringer = Doorbell(path), Doorbell(path)
    listener.wait(0)
    for _ in range(100_000):
        ringer.ring()
    for _ in range(100):  # what fits into a pipe
        listener.wait(0)
    began = time.monotonic()
    listener.wait(0.1)
    assert time.monotonic() - began >= 0.1
    listener.close()


def test_ringing_where_nobody_listens_is_nothing(path: Path) -> None:
    Doorbell(path).ring()
    assert not path.exists()
