"""What the sandbox costs: small conversions in children against the same function called in process, interleaved.

`python -m benchmarks.sandbox`
"""

import io
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from statistics import median, quantiles

import numpy as np
from PIL import Image

from app.imaging.bounds import MB, Bounds, Budgets
from app.imaging.convert import convert
from app.imaging.made import Made
from app.imaging.sandbox import Sandbox
from tests.imaging.sandbox import works
from tests.imaging.sandbox.conftest import TESTS

ROUNDS = 15
EMPTY_CALLS = 200
GOAL = 15  # milliseconds a call at p95
SIDES = (256, 512, 1024)
TARGETS = ("png", "jpg", "webp")
SEED = 20261121


def main() -> None:
    bounds, budget = Bounds(), Budgets().picture
    jobs = [partial(convert, source, bounds=bounds, option=target) for source in _pictures() for target in TARGETS]
    with closing(Sandbox(shows=[TESTS])) as sandbox:

        def confined(work: Callable[..., Made], *given: bytes, **options: object) -> Made:
            return sandbox.call(work, *given, budget=budget, on_wait=lambda: None, **options)

        print(f"isolation: {sandbox.isolation}")
        _report_overhead([1000 * _seconds(partial(confined, Made)) for _ in range(EMPTY_CALLS + 1)][1:])
        _report_throughput(jobs, [partial(confined, job.func, *job.args, **job.keywords) for job in jobs])
        _report_large(confined)


def _report_overhead(calls: list[float]) -> None:
    cuts = quantiles(calls, n=20)
    print(f"a call of nothing: p50 {cuts[9]:.1f} ms, p95 {cuts[18]:.1f} ms (goal {GOAL} ms)")


def _report_throughput(plain: list[partial[Made]], confined: list[partial[Made]]) -> None:
    """Ratios of rounds in turn, so that what else the machine does befalls both."""
    ratios, fastest = [], 0.0
    for _ in range(ROUNDS):
        theirs, ours = (sum(map(_seconds, jobs)) for jobs in (plain, confined))
        ratios.append(theirs / ours)
        fastest = max(fastest, len(confined) / ours)
    print(
        f"{len(plain)} small conversions: {median(ratios):.2f}x the throughput in process, up to {fastest:.0f} a second"
    )


def _report_large(confined: Callable[..., Made]) -> None:
    source = np.random.default_rng(SEED).bytes(30 * MB)
    print(
        f"30 MB in and out: {1000 * median(_seconds(partial(confined, works.echo, source)) for _ in range(5)):.0f} ms"
    )


def _seconds(work: Callable[[], Made]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _pictures() -> Iterator[bytes]:
    """JPEGs with slopes and grain, as photos have them."""
    dice = np.random.default_rng(SEED)
    for side in SIDES:
        slope = np.linspace(0, 200, side)[:, None, None] + np.linspace(0, 40, side)[None, :, None]
        pixels = (slope + dice.normal(0, 6, (side, side, 3))).clip(0, 255).astype(np.uint8)
        packed = io.BytesIO()
        Image.fromarray(pixels).save(packed, "JPEG", quality=90)
        yield packed.getvalue()


if __name__ == "__main__":
    main()
