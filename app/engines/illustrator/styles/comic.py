"""Comic: flat inks, halftone dots in the shadows, a black outline of living width."""

import cv2
import numpy as np

from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.colour import Field
from app.engines.illustrator.styles import tools

STEPS = 5


def ink(canvas: Canvas) -> None:
    """Trace the outlines first, from the untouched picture; then flat colour and dots; then the ink over both."""
    lines = np.clip(tools.edges(canvas, max(canvas.unit * 0.0030, 1)) * 1.35 - 0.25, 0, 1)
    _flatten(canvas)
    _dots(canvas)
    canvas.pixels *= 1 - lines[..., None] * 0.96


def _flatten(canvas: Canvas) -> None:
    """Tone in a few clean steps, colour strong and constant within them."""
    tools.saturate(canvas, 1.5)
    smooth = cv2.medianBlur(tools.bytes_of(canvas.pixels), max(int(canvas.unit * 0.006) | 1, 3))
    pixels = tools.blur(smooth.astype(np.float32) / 255, canvas.unit * 0.0012)
    tone = np.clip(tools.luma(pixels), 0.02, 1)
    level = tone * STEPS
    flat = (np.floor(level) + np.clip((level % 1 - 0.5) * 14 + 0.5, 0, 1)) / STEPS
    canvas.pixels = np.clip(pixels * (0.25 + 0.75 * flat / tone)[..., None], 0, 1)


def _dots(canvas: Canvas) -> None:
    """A screen of dots at 30 degrees, larger where it is darker."""
    y, x = np.mgrid[0 : canvas.height, 0 : canvas.width].astype(np.float32)
    pitch = canvas.unit * 0.0095
    u, v = (x * 0.866 + y * 0.5) * (np.pi / pitch), (y * 0.866 - x * 0.5) * (np.pi / pitch)
    screen: Field = (np.cos(u) * np.cos(v)).astype(np.float32)
    tone = tools.blur(tools.luma(canvas.pixels), canvas.unit * 0.004)
    dot = np.clip((screen - np.clip(tone * 1.8 - 0.35, -0.15, 1)) * pitch * 0.4, 0, 1)[..., None]
    canvas.pixels *= 1 - dot * np.array([0.30, 0.36, 0.26], np.float32)


LAYERS: tuple[Layer, ...] = (ink,)
