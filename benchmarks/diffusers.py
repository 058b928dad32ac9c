"""How many pictures a second a worker paints with a diffusion model, beside the bare pipeline.

    .venv/bin/python -m benchmarks.diffusers [MODEL ...] [--rounds 5] [--jobs 16] [--batches 1 2 4 8]

The models are of random numbers, laid in a folder first: on a GPU of the size of SD-Turbo and SDXL, else small ones.
The worker is a real one, `python -m app.worker`, on a database and files of its own; its rate is from the moment that
all jobs wait until the last has succeeded, which includes reading, marking, encoding and storing. Both take turns.
"""

import argparse
import importlib.util
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from flask_migrate import upgrade
from sqlalchemy import func, select

from app import clock, create_app
from app.accounts import people
from app.billing.standing import standing_of, welcome
from app.extensions import db
from app.jobs import lifecycle, painters
from app.jobs.asker import Asker
from app.jobs.models import Job, Readiness, State
from app.tools.generate import WiderGenerateParams, tool
from benchmarks import _models
from config import Settings

WHOLE_PATH, TOGETHER = 0.9, 1.5  # goals: worker ÷ bare pipeline; on a GPU, four at a time ÷ one by one
PROMPT = "a red fox in the snow"
SMALLEST = 256  # pixels, the side of the smallest square that can be ordered
PATIENCE = 900  # seconds for a model to load, and for a round
EMAILS = count(1)


class Round(NamedTuple):
    """Pictures a second."""

    one_by_one: float
    bare: float
    worker: float


def main() -> None:
    if not importlib.util.find_spec("torch"):
        sys.stdout.write("not run: torch is not installed (make diffusers)\n")
        return
    given = _given()
    os.environ |= {"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    # Without a GPU painting leaves a core to all the rest, as it would on one. Either side's torch reads this.
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 1) - 1)))
    for name in given.models or _models_for_this_machine():
        with TemporaryDirectory(prefix="limn-") as folder:
            _measure(name, Path(folder), given)


def _given() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.diffusers")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=16)
    parser.add_argument("--batches", type=int, nargs="+", default=[1, 2, 4, 8])
    parser.add_argument("models", nargs="*", metavar="MODEL", help=" or ".join(_models.KINDS))
    return parser.parse_args()


def _models_for_this_machine() -> list[str]:
    import torch

    return ["sd-turbo", "sdxl"] if torch.cuda.is_available() else ["tiny", "small-turbo"]


def _measure(name: str, folder: Path, given: argparse.Namespace) -> None:
    """Print a line for each batch."""
    model = _models.lay(name, folder / name)
    bare = Bare(model, _models.KINDS[name].side)
    bare.rate(2, 2)  # the first call is slow
    print(f"{name}, {bare.steps} steps, {bare.side} x {bare.side}, {bare.device}: pictures a second")
    for batch in given.batches:
        settings = Settings(
            DATA_DIR=folder / str(batch),
            SECRET_KEY=os.urandom(32).hex(),
            ENGINE="diffusers",
            MODEL=str(model),
            BATCH=batch,
        )
        (folder / str(batch)).mkdir()
        with create_app(settings).app_context():
            upgrade()
            with _worker(settings, name) as work:
                work(given.jobs // 2, bare.side)  # as above
                _tell(batch, [_round(bare, work, batch, given.jobs) for _ in range(given.rounds)])


def _round(bare: "Bare", work: Callable[[int, int], float], batch: int, jobs: int) -> Round:
    return Round(bare.rate(max(2, jobs // 4), 1), bare.rate(jobs, batch), work(jobs, bare.side))


def _tell(batch: int, rounds: list[Round]) -> None:
    def median(of: Callable[[Round], float]) -> float:
        return statistics.median(map(of, rounds))

    path, gain = median(lambda one: one.worker / one.bare), median(lambda one: one.worker / one.one_by_one)
    print(
        f"batch {batch}: bare {median(lambda one: one.bare):.2f}, worker {median(lambda one: one.worker):.2f};"
        f" worker / bare {path:.2f} (goal {WHOLE_PATH});"
        f" against bare, one by one: bare {median(lambda one: one.bare / one.one_by_one):.2f}, worker {gain:.2f}"
        f"{f' (goal on a GPU {TOGETHER})' if batch == 4 else ''}",
        flush=True,
    )


class Bare:
    """The pipeline as diffusers has it, called in a loop with what the worker calls it with."""

    def __init__(self, folder: Path, side: int) -> None:
        import torch
        from diffusers import AutoPipelineForText2Image

        from app.engines.diffusers.families import family_of
        from app.engines.diffusers.place import best_place, dtype_of

        place = best_place()
        self.torch, self.side, self.device = torch, side, place.device
        self.family = family_of(folder)
        self.steps = self.family.steps_for("standard")
        self.pipe = AutoPipelineForText2Image.from_pretrained(str(folder), dtype=dtype_of(place))
        self.pipe.unet.to(memory_format=torch.channels_last)
        self.pipe.vae.to(memory_format=torch.channels_last)
        self.pipe.to(place.device)
        self.pipe.set_progress_bar_config(disable=True)

    def rate(self, pictures: int, batch: int) -> float:
        began = time.perf_counter()
        for first in range(0, pictures, batch):
            self._paint(range(first, min(pictures, first + batch)))
        return pictures / (time.perf_counter() - began)

    def _paint(self, seeds: range) -> None:
        options: dict[str, Any] = {"negative_prompt": [""] * len(seeds)} if self.family.negative else {}
        painted = self.pipe(
            prompt=[PROMPT] * len(seeds),
            generator=[self.torch.Generator("cpu").manual_seed(seed) for seed in seeds],
            num_inference_steps=self.steps,
            guidance_scale=self.family.guidance,
            width=self.side,
            height=self.side,
            **options,
        ).images
        assert len(painted) == len(seeds)


@contextmanager
def _worker(settings: Settings, lane: str) -> Iterator[Callable[[int, int], float]]:
    """A worker process that has its model loaded: pictures a second of so many jobs of so large a side."""
    told = {"DATA_DIR", "SECRET_KEY", "ENGINE", "MODEL", "BATCH"}
    environment = os.environ | {name: str(getattr(settings, name)) for name in told}
    with (settings.DATA_DIR / "log").open("w") as log:
        process = subprocess.Popen([sys.executable, "-m", "app.worker", lane], env=environment, stdout=log, stderr=log)
    try:
        _wait(lambda: _state_of(lane) == Readiness.READY, process, settings)
        yield lambda jobs, side: _rate(process, settings, jobs, side)
    finally:
        process.terminate()
        process.wait(30)


def _state_of(lane: str) -> Readiness | None:
    return painters.standings(clock.now()).get(lane, painters.NOBODY).state


def _rate(process: subprocess.Popen[bytes], settings: Settings, jobs: int, side: int) -> float:
    """The worker stands still until all of them wait."""
    process.send_signal(signal.SIGSTOP)
    try:
        patron = _patron()
        ids = [_start(patron, side) for _ in range(jobs)]
    finally:
        began = datetime.now(UTC)
        process.send_signal(signal.SIGCONT)
    mine = Job.id.in_(ids)
    _wait(lambda: _number(mine, Job.state == State.SUCCEEDED) == jobs, process, settings)
    ended = db.session.scalar(select(func.max(Job.finished_at)).where(mine))
    assert ended is not None
    db.session.remove()
    return jobs / (ended - began).total_seconds()


def _start(patron: Asker, side: int) -> str:
    side = max(side, SMALLEST)
    return lifecycle.start(patron, tool, WiderGenerateParams(prompt=PROMPT, size=f"{side}x{side}"), clock.now()).id


def _number(*which: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(Job).where(*which)) or 0


def _wait(holds: Callable[[], bool], process: subprocess.Popen[bytes], settings: Settings) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        log = (settings.DATA_DIR / "log").read_text()
        assert process.poll() is None, log[-3000:]
        assert time.monotonic() < deadline, log[-3000:]
        assert not _number(Job.state == State.FAILED), log[-3000:]
        time.sleep(0.1)


def _patron() -> Asker:
    """Somebody new with credits for one round."""
    person = people.register(f"pia{next(EMAILS)}@limn.example", "correct horse battery", clock.now())
    people.set_plan(person, "pro")
    person.plan = "pro"
    welcome(person, clock.now())
    return Asker(standing_of(person, clock.now()), person_id=person.id)


if __name__ == "__main__":
    main()
