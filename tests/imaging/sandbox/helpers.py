"""Calls as a worker makes them, and a look at what runs on the machine."""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from app.imaging.bounds import MB, Budget
from app.imaging.made import Facts, Made
from app.imaging.sandbox import Sandbox
from app.refusals import Refusal

SMALL = Budget(seconds=20, memory=256 * MB)
SHORT = Budget(seconds=0.9, memory=256 * MB)


def call(sandbox: Sandbox, work: Callable[..., Made], *given: Any, budget: Budget = SMALL, **options: Any) -> Made:
    return sandbox.call(work, *given, budget=budget, on_wait=lambda: None, **options)


def facts(sandbox: Sandbox, work: Callable[..., Made], *given: Any) -> Facts:
    return call(sandbox, work, *given).facts


def refusal(sandbox: Sandbox, work: Callable[..., Made], *given: Any, budget: Budget = SMALL) -> Refusal:
    with pytest.raises(Refusal) as refused:
        call(sandbox, work, *given, budget=budget)
    return refused.value


def running(mark: str) -> list[int]:
    """Process ids, seen from outside, of those whose name is the mark."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (folder / "cmdline").read_text().startswith(mark):
                found.append(int(folder.name))
    return found


def alive(pid: int) -> bool:
    """Whether it runs; one that has ended and waits to be noticed does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def zygotes(pid: int) -> list[int]:
    """The processes of a sandbox, the zygote last; seen from outside."""
    found = [pid]
    while kids := Path(f"/proc/{found[-1]}/task/{found[-1]}/children").read_text().split():
        found.append(int(kids[0]))
    return found


def eventually(condition: Callable[[], object], seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False
