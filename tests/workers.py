"""Real worker processes, and who watches over them: starts, kills, freezes and replaces them.

They are forked from a process that has imported everything already, for where one dies every second.
"""

import logging
import os
import random
import re
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from app import create_app, worker
from app.engines import Model, open_engine
from app.engines.protocol import Engine, OnProgress, Painted, Painting, PaintRequest, Sitting
from app.jobs import runner
from app.jobs.runner import Hands
from app.lifeline import die_with_supervisor
from config import Settings
from tests.cast import SANDBOX, Batcher, Sketcher

PATIENCE = 60  # seconds
TRIES = re.compile(r"^([\d.]+) (\d+) job (\w+): attempt (\d+)$", re.MULTILINE)
BY_FORK = get_context("forkserver")
BY_FORK.set_forkserver_preload(["tests.workers"])


class Try(NamedTuple):
    """From the log: when which process began which attempt at which job."""

    at: float
    pid: int
    job_id: str
    attempt: int


@dataclass
class Crew:
    """The workers of a lane. On the way out of the `with` block all are killed, frozen ones too."""

    settings: Settings
    log: Path
    pace: float | None = 0.2  # seconds for a picture; None: the real engine paints
    lane: str = "illustrator"
    workers: list[BaseProcess] = field(default_factory=list)
    killed: dict[int, float] = field(default_factory=dict)  # process id → when

    def __enter__(self) -> "Crew":
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        for process in self.workers:
            process.kill()
            process.join()

    def hire(self, number: int = 1) -> BaseProcess:
        """Start workers; the last of them."""
        for _ in range(number):
            process = BY_FORK.Process(target=work, args=(self.settings, self.log, self.pace, self.lane))
            process.start()
            self.workers.append(process)
        return self.workers[-1]

    def kill_one(self, dice: random.Random) -> None:
        """Kill any worker as hard as can be, and put another in its place."""
        process = self.workers.pop(dice.randrange(len(self.workers)))
        process.kill()
        self.killed[process.pid or 0] = time.time()
        process.join()
        self.hire()

    def told(self) -> str:
        return self.log.read_text() if self.log.exists() else ""

    def tries(self) -> list[Try]:
        return [Try(float(at), int(pid), job, int(number)) for at, pid, job, number in TRIES.findall(self.told())]

    def rescues(self) -> Iterator[float]:
        """For every job that died with its worker: the seconds until the next attempt at it."""
        begun = {(one.job_id, one.attempt): one.at for one in self.tries()}
        last = {one.pid: one for one in self.tries()}
        for pid, at in self.killed.items():
            if pid in last and (again := begun.get((last[pid].job_id, last[pid].attempt + 1))):
                yield again - at

    def wait_until(self, holds: Callable[[], bool], patience: float = PATIENCE) -> None:
        deadline = time.monotonic() + patience
        while not holds():
            assert time.monotonic() < deadline, self.told()[-5000:]
            time.sleep(0.05)


@contextmanager
def frozen(process: BaseProcess, folder: Path) -> Iterator[None]:
    """A process that stands still, and afterwards goes on as if nothing had been. It holds no database of the folder:
    whoever stood still with a lock in hand would stop everybody.
    """
    os.kill(process.pid or 0, signal.SIGSTOP)
    while not all(map(_is_free, folder.glob("*.sqlite"))):
        os.kill(process.pid or 0, signal.SIGCONT)
        time.sleep(0.01)
        os.kill(process.pid or 0, signal.SIGSTOP)
    yield
    os.kill(process.pid or 0, signal.SIGCONT)


def _is_free(database: Path) -> bool:
    """Nobody writes, or only for a moment."""
    with closing(sqlite3.connect(database, timeout=0.5, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
    return True


class Painter(Sketcher):
    """Takes its time over a picture, and tells the progress on the way."""

    def __init__(self, pace: float) -> None:
        super().__init__()
        self.pace = pace

    def paint(self, request: PaintRequest, on_progress: OnProgress) -> list[Painting]:
        for step in range(10):
            on_progress(step / 10)
            time.sleep(self.pace / 10)
        return super().paint(request, on_progress)


class Team(Batcher):
    """Takes its time over several pictures in one go."""

    def __init__(self, pace: float) -> None:
        super().__init__()
        self.pace = pace

    def paint_together(self, sittings: Sequence[Sitting]) -> list[Painted]:
        time.sleep(self.pace)
        return super().paint_together(sittings)


def work(settings: Settings, log: Path, pace: float | None, lane: str) -> None:
    """What `python -m app.worker LANE` does, with a log of its own and perhaps another painter."""
    logging.basicConfig(filename=log, level=logging.INFO, format="%(created)f %(process)d %(message)s")
    logging.getLogger("huey").setLevel(logging.WARNING)
    die_with_supervisor()
    app = create_app(settings)
    hands = Hands(_engine(app.extensions["models"][lane], settings, pace), SANDBOX)
    worker.consumer(app, lane, lambda: runner.take_one(lane, hands)).run()


def _engine(model: Model, settings: Settings, pace: float | None) -> Engine:
    if pace is None:
        return open_engine(model, settings)
    return Painter(pace) if model.kind == "illustrator" else Team(pace)
