"""Hills and mountains: a skyline, and beneath it faces turned to the light or away from it."""

from dataclasses import dataclass

import numpy as np

from app.engines.illustrator.brushes.noise import fractal, smoothstep
from app.engines.illustrator.canvas import Canvas
from app.engines.illustrator.colour import RGB, Field


@dataclass(frozen=True)
class Ridge:
    """One ridge: its skyline (pixels from the top, per column) and its colours."""

    skyline: Field
    lit: RGB
    shaded: RGB
    haze: RGB
    mist: float = 0.0  # how much haze lies at its foot, 0 to 1
    craggy: float = 1.0  # how strongly its faces turn
    snow: float = 0.0  # how far snow comes down, as a share of the unit
    depth: int = 128


def paint(canvas: Canvas, ridge: Ridge, side: float) -> None:
    """Paint the ridge from its skyline down. `side` is -1 where the light comes from the left, 1 from the right."""
    top = max(int(ridge.skyline.min()) - 1, 0)
    rows = canvas.height - top
    if rows <= 0:
        return
    below = np.arange(top, canvas.height, dtype=np.float32)[:, None] - ridge.skyline
    mask = np.clip(below + 0.5, 0, 1)
    rough = fractal(canvas.rng, rows, canvas.width, canvas.unit * 0.16, 5)
    turned = _faces(canvas, ridge, below, rough, side)[..., None]
    colour = ridge.shaded + (ridge.lit - ridge.shaded) * turned
    if ridge.snow:
        colour = _snow(canvas, ridge, below, rough, turned, colour)
    if ridge.mist:
        sunk = np.clip(below / (canvas.height * 0.34), 0, 1)[..., None] * ridge.mist
        colour = colour + (ridge.haze - colour) * sunk
    canvas.lay(mask, colour.astype(np.float32), top, depth=ridge.depth)


def _faces(canvas: Canvas, ridge: Ridge, below: Field, rough: Field, side: float) -> Field:
    unit = canvas.unit
    wide = max(int(unit * 0.012), 1)
    slope = np.gradient(
        np.convolve(np.pad(ridge.skyline, wide, "edge"), np.ones(2 * wide + 1) / (2 * wide + 1), "valid")
    )
    drift = np.arange(canvas.width, dtype=np.float32) + rough * unit * 0.10 * np.clip(below / (unit * 0.12), 0.15, 1.6)
    at = np.clip(drift, 0, canvas.width - 1).astype(np.int32)
    face = np.take(slope.astype(np.float32), at) * side * -1.6 * ridge.craggy + rough * 0.28
    return smoothstep(-0.75, 0.75, face)


def _snow(canvas: Canvas, ridge: Ridge, below: Field, rough: Field, turned: Field, colour: Field) -> Field:
    height = canvas.height - ridge.skyline
    peak = np.clip((height - np.median(height)) / (canvas.unit * 0.16), 0, 1)
    deep = ridge.snow * canvas.unit * peak * (1 + rough * 0.9)
    cap = (1 - smoothstep(-0.004, 0.012, (below - deep) / canvas.unit))[..., None] * (deep > 0)[..., None]
    white = np.array([0.97, 0.98, 1.0], np.float32)
    shadow = white * 0.55 + ridge.haze * 0.2 + np.array([0.08, 0.12, 0.22], np.float32)
    snow = shadow + (white - shadow) * turned
    return np.asarray(colour + (snow - colour) * cap, np.float32)
