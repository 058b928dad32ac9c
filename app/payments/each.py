"""Going through many: one that fails is named in the log, and holds up nobody else."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

Found = TypeVar("Found", int, str)

log = logging.getLogger(__name__)


def each(found: Iterable[Found], work: Callable[[Found], int]) -> int:
    """Do the work for every one. The sum of what it said."""
    return sum(_one(one, work) for one in found)


def _one(one: Found, work: Callable[[Found], int]) -> int:
    try:
        return work(one)
    except Exception:
        log.exception("%s failed for %s", work.__name__, one)
        return 0
