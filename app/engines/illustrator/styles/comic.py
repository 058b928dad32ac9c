"""Comic: flat inks, halftone dots in the shadows, a black outline of living width."""

from collections.abc import Iterator

import cv2
import numpy as np

from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.colour import Field
from app.engines.illustrator.styles import tools

STEPS = 5


def ink(canvas: Canvas) -> Iterator[None]:
    """Trace the outlines first, from the untouched picture; then flat colour and dots; then the ink over both."""
    lines = np.clip(tools.edges(canvas, max(canvas.unit * 0.0030, 1), 0.5) * 1.35 - 0.25, 0, 1)[..., None]
    lights = tools.lights(canvas)
    yield
    tools.saturate(canvas, 1.5)
    tools.take(canvas, cv2.medianBlur(tools.bytes_of(canvas.pixels), max(int(canvas.unit * 0.006) | 1, 3)))
    canvas.pixels = tools.blur(canvas.pixels, canvas.unit * 0.0012)
    yield
    tools.rework(canvas, lambda part, _: _flat(part))
    tone = tools.blur(tools.luma(canvas.pixels), canvas.unit * 0.004)
    tools.rework(canvas, lambda part, band: part * _dots(canvas, band, tone[band]) * (1 - lines[band] * 0.96))
    if lights:
        lights.relit(canvas)


def _flat(part: Field) -> Field:
    """Tone in a few clean steps, colour strong and constant within them."""
    tone = np.clip(tools.luma(part), 0.02, 1)
    level = tone * STEPS
    flat = (np.floor(level) + np.clip((level % 1 - 0.5) * 14 + 0.5, 0, 1)) / STEPS
    return np.asarray(np.clip(part * (0.25 + 0.75 * flat / tone)[..., None], 0, 1))


def _dots(canvas: Canvas, band: slice, tone: Field) -> Field:
    """A screen of dots at 30 degrees, larger where it is darker: what it leaves of the light."""
    y, x = tools.grid(canvas, band)
    pitch = canvas.unit * 0.0095
    u, v = (x * 0.866 + y * 0.5) * (np.pi / pitch), (y * 0.866 - x * 0.5) * (np.pi / pitch)
    screen = np.cos(u) * np.cos(v)
    dot = np.clip((screen - np.clip(tone * 1.8 - 0.35, -0.15, 1)) * pitch * 0.4, 0, 1)[..., None]
    return np.asarray(1 - dot * np.array([0.30, 0.36, 0.26], np.float32))


LAYERS: tuple[Layer, ...] = (ink,)
