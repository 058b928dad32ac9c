"""Processes that come from one."""

import os
import signal
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path


def descendants(pid: int) -> Iterator[int]:
    """Their ids, parents before children; none where the system does not list them."""
    for listing in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for one in map(int, listing.read_text().split()):
                yield one
                yield from descendants(one)


def kill(pids: Iterable[int]) -> None:
    """Whoever of them is there; negative numbers as in kill(2)."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
