"""The budget that a job's picture needs, told from what it is."""

from app.imaging.bounds import Budget
from app.imaging.sniff import HEAD, sniff
from app.toolkit.bench import Bench

SLOW = ("heic", "avif")  # to write


def fitting(bench: Bench, *, written_alike: bool = False) -> Budget:
    """For opening it; if `written_alike`, for writing another one of the same kind too."""
    kind = sniff(bench.files["image"][:HEAD])
    if kind is not None and kind.document:
        return bench.budgets.document
    return bench.budgets.heavy if written_alike and kind is not None and kind.name in SLOW else bench.budgets.picture
