"""The budget that a job's picture needs, told from what it is."""

from dataclasses import replace

from app.imaging.bounds import Budget
from app.imaging.sniff import HEAD, sniff
from app.toolkit.bench import Bench

SLOW = ("heic", "avif")  # to write


def fitting(bench: Bench, *, written_alike: bool = False, patient: bool = False) -> Budget:
    """For opening it; if `written_alike`, for writing another one of the same kind too.

    `patient` work has more time, not more memory: there may be much to do for a large picture.
    """
    kind = sniff(bench.files["image"][:HEAD])
    if kind is not None and kind.document:
        return bench.budgets.document
    if written_alike and kind is not None and kind.name in SLOW:
        return bench.budgets.heavy
    return replace(bench.budgets.picture, seconds=bench.budgets.heavy.seconds) if patient else bench.budgets.picture
