"""Hills and mountains: a skyline, and beneath it faces turned to the light or away from it."""

from dataclasses import dataclass

import cv2
import numpy as np

from app.engines.illustrator.brushes.noise import fractal, smoothstep
from app.engines.illustrator.canvas import Canvas, bands
from app.engines.illustrator.colour import RGB, Field

WHITE = np.array([0.97, 0.98, 1.0], np.float32)


@dataclass(frozen=True)
class Ridge:
    """One ridge: its skyline (pixels from the top, per column) and its colours."""

    skyline: Field
    lit: RGB
    shaded: RGB
    haze: RGB
    mist: float = 0.0  # how much haze lies at its foot, 0 to 1
    craggy: float = 0.0  # 0 a smooth hill, 1 bare rock
    snow: float = 0.0  # how far snow comes down, as a share of the unit
    depth: int = 128


def paint(canvas: Canvas, ridge: Ridge, side: float) -> None:
    """Paint the ridge from its skyline down. `side` is -1 where the light comes from the left, 1 from the right."""
    top = max(int(ridge.skyline.min()) - 1, 0)
    rows = canvas.height - top
    if rows <= 0:
        return
    below = np.arange(top, canvas.height, dtype=np.float32)[:, None] - ridge.skyline
    rough = fractal(canvas.rng, rows, canvas.width, canvas.unit * 0.17, 6, 0.62 if ridge.craggy else 1.6)
    turned = (_rock if ridge.craggy else _swell)(canvas, ridge, below, rough, side)
    for band in bands(rows):
        colour = _coloured(canvas, ridge, below[band], rough[band], turned[band][..., None])
        canvas.lay(np.clip(below[band] + 0.5, 0, 1), colour, top + band.start, depth=ridge.depth)


def _coloured(canvas: Canvas, ridge: Ridge, below: Field, rough: Field, turned: Field) -> Field:
    colour = ridge.shaded + (ridge.lit - ridge.shaded) * turned
    if ridge.snow:
        colour = _snow(canvas, ridge, below, rough, turned, colour)
    if ridge.mist:
        sunk = np.clip(below / (canvas.unit * 0.30), 0, 1)[..., None] * ridge.mist
        colour = colour + (ridge.haze - colour) * sunk
    return np.asarray(colour, np.float32)


def _swell(canvas: Canvas, ridge: Ridge, below: Field, rough: Field, side: float) -> Field:
    """Soft ground: the skyline's own slope, fading downwards, and a little unevenness."""
    slope = _slope(canvas, ridge.skyline, 0.03) * side * -1.1
    fade = np.clip(1.2 - below / (canvas.unit * 0.35), 0.1, 1)
    return smoothstep(-0.7, 0.7, slope[None] * fade + rough * 0.22)


def _rock(canvas: Canvas, ridge: Ridge, below: Field, rough: Field, side: float) -> Field:
    """Bare faces: spurs run down from the crest, each with a bright and a dark flank."""
    spurs = 1 - np.abs(rough) * 1.9
    step = max(canvas.unit / 512, 1.0)
    across = cv2.Sobel(spurs, cv2.CV_32F, 1, 0) * canvas.unit * 0.010 / step
    deep = np.clip(below / (canvas.unit * 0.10), 0.1, 1)
    slope = _slope(canvas, ridge.skyline, 0.010)
    drift = np.arange(canvas.width, dtype=np.float32) + rough * canvas.unit * 0.05 * deep
    at = np.clip(drift, 0, canvas.width - 1).astype(np.int32)
    face = np.take(slope, at) * -1.5 * np.clip(1.3 - deep * 0.5, 0.5, 1.3) - across * ridge.craggy * deep
    return smoothstep(-0.75, 0.75, face * side + rough * 0.12)


def _slope(canvas: Canvas, skyline: Field, wide: float) -> Field:
    """The skyline's slope, smoothed over a share of the unit."""
    reach = max(int(canvas.unit * wide), 1)
    soft = np.convolve(np.pad(skyline, reach, "edge"), np.ones(2 * reach + 1) / (2 * reach + 1), "valid")
    return np.asarray(np.gradient(soft), np.float32)


def _snow(canvas: Canvas, ridge: Ridge, below: Field, rough: Field, turned: Field, colour: Field) -> Field:
    """White from the peaks down to an uneven line, in tongues between the spurs; blue where it lies in shade."""
    line = float(np.percentile(ridge.skyline, 8)) + ridge.snow * canvas.unit
    altitude = line - (below + ridge.skyline)
    reach = altitude / canvas.unit + rough * 0.085
    cap = smoothstep(-0.006, 0.010, reach)[..., None]
    shade = WHITE * 0.50 + ridge.haze * 0.22 + np.array([0.08, 0.11, 0.22], np.float32)
    snow = shade + (WHITE * (0.55 + 0.45 * ridge.lit / max(float(ridge.lit.max()), 0.01)) - shade) * turned
    return np.asarray(colour + (snow - colour) * cap, np.float32)
