"""Soft randomness: the same shapes at any size, with more detail where there are more pixels."""

import cv2
import numpy as np

from app.engines.illustrator.colour import Field

WIDE, STEP = 36, 4  # features wider than WIDE pixels are worked out at every STEP-th: nobody sees the difference


def fractal(
    rng: np.random.Generator, height: int, width: int, cell: float, octaves: int = 4, stretch: float = 1.0
) -> Field:
    """Noise (height, width) around 0, about -1 to 1. `cell` is its largest feature in pixels, wider by `stretch`."""
    coarse = cell >= 2 * WIDE and min(height, width) > 8 * STEP
    step = STEP if coarse else 1
    total = np.zeros((-(-height // step), -(-width // step)), np.float32)
    strength = 0.5
    for _ in range(octaves):
        if cell < 1.5:
            break
        if coarse and cell < WIDE:
            total, coarse = _spread(total, height, width), False
        total += strength * _octave(rng, height, width, cell, cell * stretch, STEP if coarse else 1)
        cell, strength = cell / 2, strength / 2
    return (_spread(total, height, width) if coarse else total) * 1.6


def _octave(rng: np.random.Generator, height: int, width: int, tall: float, wide: float, step: int) -> Field:
    """One octave, of every `step`-th pixel only."""
    rows, columns = int(np.ceil(height / tall)) + 2, int(np.ceil(width / wide)) + 2
    grid = rng.uniform(-1, 1, (rows, columns)).astype(np.float32)
    place = np.array([[step / wide, 0, 0.5], [0, step / tall, 0.5]], np.float32)
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    size = (-(-width // step), -(-height // step))
    return np.asarray(cv2.warpAffine(grid, place, size, flags=flags, borderMode=cv2.BORDER_REPLICATE))


def _spread(every: Field, height: int, width: int) -> Field:
    """A field known at every STEP-th pixel, at all of them."""
    place = np.array([[1 / STEP, 0, 0], [0, 1 / STEP, 0]], np.float32)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(every, place, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE))


def line(rng: np.random.Generator, width: int, cell: float, octaves: int = 5, rough: float = 0.5) -> Field:
    """One row of noise (width,), about -1 to 1: a skyline of hills. `rough` is how fast detail fades."""
    at = np.arange(width, dtype=np.float32)
    total, strength = np.zeros(width, np.float32), 1.0
    for _ in range(octaves):
        points = rng.uniform(-1, 1, int(np.ceil(width / cell)) + 3)
        total += strength * _smooth(at / cell, points)
        if cell < 2:
            break
        cell, strength = cell / 2, strength * rough
    return total * (1 - rough)


def _smooth(at: Field, points: Field) -> Field:
    index = at.astype(np.int64)
    share = at - index
    share = share * share * (3 - 2 * share)
    return np.asarray(points[index] * (1 - share) + points[index + 1] * share, np.float32)


def smoothstep(low: float, high: float, value: Field) -> Field:
    """0 below `low`, 1 above `high`, a soft S between."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)
