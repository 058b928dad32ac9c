"""Which size to ask for, so that a picture of the wanted one can be cut from it."""

import math
from collections.abc import Callable, Sequence

Size = tuple[int, int]
"""Width and height in pixels."""

STEP = 16  # pixels, of which both sides are multiples
SHORTEST = 256  # side
SLIMMEST = 3  # times as long as wide
PIXELS = (SHORTEST * SHORTEST, 2048 * 2048)  # fewest and most


def nearest(wanted: Size, sizes: Sequence[Size]) -> Size:
    """Of the sizes, the one whose shape is closest; of several like it the smallest that is large enough."""
    pixels = wanted[0] * wanted[1]

    def fitness(size: Size) -> tuple[float, bool, int]:
        own = size[0] * size[1]
        return round(abs(math.log(_shape(size) / _shape(wanted))), 3), own < pixels, abs(own - pixels)

    return min(sizes, key=fitness)


def rounded(wanted: Size, pixels: tuple[int, int] = PIXELS) -> Size:
    """The wanted size in whole steps, within the bounds that are common."""
    fewest, most = pixels
    width, height = _less_slim(wanted)
    scale = max(1.0, SHORTEST / min(width, height), math.sqrt(fewest / (width * height)))
    up = _steps(width * scale, math.ceil), _steps(height * scale, math.ceil)
    if up[0] * up[1] <= most:
        return up
    scale = math.sqrt(most / (width * height))
    return _steps(width * scale, math.floor), _steps(height * scale, math.floor)


def _less_slim(size: Size) -> tuple[float, float]:
    """The size with its shorter side made longer, where it is too slim."""
    width, height = size
    return max(width, height / SLIMMEST), max(height, width / SLIMMEST)


def _steps(side: float, whole: Callable[[float], int]) -> int:
    return STEP * whole(round(side / STEP, 6))


def _shape(size: Size) -> float:
    return size[0] / size[1]
