"""Watercolour: pigment that runs, pools at its edges and leaves the paper white around it."""

import cv2
import numpy as np

from app.engines.illustrator.brushes.noise import fractal, smoothstep
from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.styles import tools


def run(canvas: Canvas) -> None:
    """Simplify the shapes and let their edges wander."""
    flat = tools.bytes_of(canvas.pixels)
    flat = cv2.medianBlur(flat, max(int(canvas.unit * 0.009) | 1, 3))
    wander = canvas.unit * 0.007
    dx, dy = (fractal(canvas.rng, canvas.height, canvas.width, canvas.unit * 0.05, 4) * wander for _ in range(2))
    x = np.arange(canvas.width, dtype=np.float32)[None] + dx
    y = np.arange(canvas.height, dtype=np.float32)[:, None] + dy
    canvas.pixels = cv2.remap(flat, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT).astype(np.float32) / 255


def pool(canvas: Canvas) -> None:
    """Darker rims, granulation in the paper's tooth, washes of uneven strength."""
    tone = tools.luma(canvas.pixels)
    rim = np.clip(np.abs(tone - tools.blur(tone, canvas.unit * 0.004)) * 3.2, 0, 0.22)
    wash = fractal(canvas.rng, canvas.height, canvas.width, canvas.unit * 0.3, 5) * 0.13
    pigment = 1 - canvas.pixels
    pigment *= (0.80 + wash + rim * 2.4 + 0.16 * tools.paper(canvas, 0.007))[..., None]
    canvas.pixels = np.clip(1 - pigment, 0, 1) * np.array([1.0, 0.99, 0.965], np.float32)


def margin(canvas: Canvas) -> None:
    """The ragged edge of the wash: the sheet stays white around the picture."""
    y = np.minimum(np.arange(canvas.height), np.arange(canvas.height)[::-1])[:, None] / canvas.unit
    x = np.minimum(np.arange(canvas.width), np.arange(canvas.width)[::-1])[None] / canvas.unit
    ragged = fractal(canvas.rng, canvas.height, canvas.width, canvas.unit * 0.12, 6) * 0.022
    inside = smoothstep(0.030, 0.036, (np.minimum(x, y) + ragged).astype(np.float32))[..., None]
    sheet = np.array([0.985, 0.975, 0.95], np.float32) * (1 + 0.012 * tools.paper(canvas, 0.007)[..., None])
    canvas.pixels = sheet + (canvas.pixels - sheet) * inside


LAYERS: tuple[Layer, ...] = (run, pool, margin)
