"""Watercolour: thin washes that run and pool at their edges, granulate in the paper and leave it white around them."""

from collections.abc import Iterator

import cv2
import numpy as np

from app.engines.illustrator.brushes.noise import fractal, smoothstep
from app.engines.illustrator.canvas import Canvas, Layer, bands
from app.engines.illustrator.colour import Field
from app.engines.illustrator.styles import tools

SHEET = np.array([0.988, 0.978, 0.955], np.float32)


def run(canvas: Canvas) -> Iterator[None]:
    """Simplify the shapes, the far ones most, and let their edges wander."""
    lights = tools.lights(canvas)
    fine = cv2.medianBlur(tools.bytes_of(canvas.pixels), max(int(canvas.unit * 0.005) | 1, 3))
    broad = cv2.medianBlur(fine, max(int(canvas.unit * 0.013) | 1, 3))
    yield
    far = tools.blur((canvas.depth > 60).astype(np.float32), canvas.unit * 0.004)[..., None]
    for band in bands(canvas.height):
        fine[band] = fine[band] + (broad[band].astype(np.float32) - fine[band]) * far[band]
    wander = canvas.unit * 0.006
    dx, dy = (fractal(canvas.rng, canvas.height, canvas.width, canvas.unit * 0.045, 4) * wander for _ in range(2))
    yield
    for band in bands(canvas.height):
        y, x = tools.grid(canvas, band)
        moved = cv2.remap(fine, x + dx[band], y + dy[band], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
        canvas.pixels[band] = moved.astype(np.float32) / 255
    if lights:
        lights.relit(canvas)


def pool(canvas: Canvas) -> Iterator[None]:
    """Rims where a wash dried, blooms where it stayed wet, granulation, a light hand overall."""
    tone = tools.luma(canvas.pixels)
    rim = np.clip(tools.blur(tone, canvas.unit * 0.005) - tone, 0, 0.12) * 2.6
    bloom = fractal(canvas.rng, canvas.height, canvas.width, canvas.unit * 0.34, 6)
    wash = 0.84 + 0.20 * bloom + 0.10 * smoothstep(0.02, 0.10, np.abs(bloom)) * np.sign(bloom)
    wash += (0.98 - wash) * 0.75 * tools.blur(tools.subject(canvas).astype(np.float32), canvas.unit * 0.006)
    yield
    grain = tools.paper(canvas, 0.0045) * 0.07
    full = 0.90 if float(tone[::8, ::8].mean()) > 0.36 else 1.04  # a night needs all the pigment there is
    strength = (full * (wash + rim + grain * (1.4 - tone)))[..., None]
    tools.rework(canvas, lambda part, band: np.clip(1 - (1 - part) * strength[band], 0, 1) * SHEET)
    tools.saturate(canvas, 1.22)


def margin(canvas: Canvas) -> None:
    """The ragged edge of the wash: the sheet stays white around the picture."""
    y = np.minimum(np.arange(canvas.height), np.arange(canvas.height)[::-1])[:, None] / canvas.unit
    x = np.minimum(np.arange(canvas.width), np.arange(canvas.width)[::-1])[None] / canvas.unit
    ragged = fractal(canvas.rng, canvas.height, canvas.width, canvas.unit * 0.16, 7) * 0.024
    away = (np.minimum(x, y) + ragged).astype(np.float32)
    inside = smoothstep(0.036, 0.041, away)[..., None]
    dried = np.exp(-(((away - 0.043) / 0.004) ** 2))[..., None] * 0.16
    tooth = 1 + 0.010 * tools.paper(canvas, 0.0045)[..., None]

    def trim(part: Field, band: slice) -> Field:
        sheet = SHEET * tooth[band]
        return np.asarray(sheet + (part * (1 - dried[band]) - sheet) * inside[band])

    tools.rework(canvas, trim)


LAYERS: tuple[Layer, ...] = (run, pool, margin)
