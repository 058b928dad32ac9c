"""How soon an idle worker has a job: from the call that starts it to its claim, over the queue of QUEUE_URL.

`python -m benchmarks.queue` measures SQLite; `QUEUE_URL=redis://… python -m benchmarks.queue` that one.
"""

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from flask_migrate import upgrade

from app import clock, create_app
from app.accounts import people
from app.billing.standing import standing_of, welcome
from app.jobs import lifecycle
from app.jobs.asker import Asker
from app.tools.generate import GenerateParams, tool
from config import Settings
from tests.workers import Crew

JOBS = 100
GOAL = 150  # milliseconds at p95, on SQLite
SEED = 20261120


def main() -> None:
    queue = os.environ.get("QUEUE_URL", "")
    with TemporaryDirectory(prefix="limn-") as folder:
        settings = Settings(DATA_DIR=Path(folder), SECRET_KEY=os.urandom(32).hex(), QUEUE_URL=queue)
        with create_app(settings).app_context():
            upgrade()
            waits = sorted(_waits(settings, _patron()))
    p50, p95 = quantiles(waits, n=20)[9], quantiles(waits, n=20)[18]
    print(f"{urlsplit(queue).scheme or 'sqlite'}: p50 {p50:.0f} ms, p95 {p95:.0f} ms, most {waits[-1]:.0f} ms")
    print(f"goal on SQLite: p95 {GOAL} ms")


def _waits(settings: Settings, patron: Asker) -> Iterator[float]:
    """Milliseconds, for one job after the other, each started while the worker has been idle for a while."""
    dice, pressed = random.Random(SEED), dict[str, float]()
    with Crew(settings, settings.DATA_DIR / "log", pace=0) as crew:
        crew.hire()
        for _ in range(JOBS):
            time.sleep(dice.uniform(0.2, 0.5))
            now = time.time()
            pressed[lifecycle.start(patron, tool, GenerateParams(prompt="a red fox"), clock.now()).id] = now
        crew.wait_until(lambda: len(crew.tries()) == JOBS)
    for one in crew.tries():
        yield 1000 * (one.at - pressed[one.job_id])


def _patron() -> Asker:
    """Somebody with credits for all of it."""
    person = people.register("pia@limn.example", "correct horse battery", clock.now())
    people.set_plan(person, "pro")
    person.plan = "pro"
    welcome(person, clock.now())
    return Asker(standing_of(person, clock.now()), person_id=person.id)


if __name__ == "__main__":
    main()
