"""Soft randomness: the same shapes at any size, with more detail where there are more pixels."""

import cv2
import numpy as np

from app.engines.illustrator.colour import Field


def fractal(
    rng: np.random.Generator, height: int, width: int, cell: float, octaves: int = 4, stretch: float = 1.0
) -> Field:
    """Noise (height, width) around 0, about -1 to 1. `cell` is its largest feature in pixels, wider by `stretch`."""
    total = np.zeros((height, width), np.float32)
    strength = 0.5
    for _ in range(octaves):
        if cell < 1.5:
            break
        total += strength * _octave(rng, height, width, cell, cell * stretch)
        cell, strength = cell / 2, strength / 2
    return total * 1.6


def _octave(rng: np.random.Generator, height: int, width: int, tall: float, wide: float) -> Field:
    rows, columns = int(np.ceil(height / tall)) + 2, int(np.ceil(width / wide)) + 2
    grid = rng.uniform(-1, 1, (rows, columns)).astype(np.float32)
    place = np.array([[1 / wide, 0, 0.5], [0, 1 / tall, 0.5]], np.float32)
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(grid, place, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE))


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
