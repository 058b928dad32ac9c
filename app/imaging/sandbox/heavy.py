"""Heavy work takes turns: one child at a time on a machine, whichever worker asks."""

import fcntl
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

PACE = 0.2  # seconds between looks


@contextmanager
def turn(on_wait: Callable[[], None]) -> Iterator[None]:
    """Wait for it; the system takes it back from whoever dies."""
    path = Path(tempfile.gettempdir()) / f"limn-heavy-{os.getuid()}.lock"
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        while not _taken(lock):
            time.sleep(PACE)
            on_wait()
        yield
    finally:
        os.close(lock)


def _taken(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
