"""Under a size in bytes, at the best quality that fits."""

from collections.abc import Callable

from app.imaging.kinds import Kind
from app.imaging.made import Encoded
from app.refusals import Refusal

BEST, WORST = 95, 1
CLOSE = 0.95  # of the limit: near enough


def within(limit: int, kind: Kind, write: Callable[[int | None], Encoded], quality: int | None = None) -> Encoded:
    """The best of `write(quality)` with at most `limit` bytes, never better than `quality` if that is given.

    Refuses with `invalid` for `target_kb`, naming the smallest size there is.
    """
    best = write(quality or (BEST if kind.lossy else None))
    if len(best.data) <= limit:
        return best
    found, smallest = _searched(limit, write, best, quality or BEST) if kind.lossy else (None, best)
    if found is None:
        raise _refused(kind, -(-len(smallest.data) // 1000))
    return found


def _searched(
    limit: int, write: Callable[[int | None], Encoded], tried: Encoded, above: int
) -> tuple[Encoded | None, Encoded]:
    """By halves, from what was tried at quality `above`: the best that fits, if any, and the last that was tried."""
    found, below = None, WORST - 1
    while above - below > 1:
        middle = (above + below) // 2
        tried = write(middle)
        if len(tried.data) > limit:
            above = middle
            continue
        found, below = tried, middle
        if len(tried.data) >= CLOSE * limit:
            break
    return found, tried


def _refused(kind: Kind, smallest_kb: int) -> Refusal:
    way = "Name a larger size, or resize the picture first."
    if not kind.lossy:
        way = f"{kind.title} has no quality to lower: choose JPG, WEBP or AVIF, or resize the picture first."
    message = f"The smallest {kind.title} of this picture takes {smallest_kb:,} KB. {way}"
    return Refusal("invalid", message, field="target_kb", smallest_kb=smallest_kb)
