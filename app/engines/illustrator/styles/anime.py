"""Anime: clear flat colour, thin dark outlines, luminous sky."""

from collections.abc import Iterator

import cv2
import numpy as np

from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.colour import Pixels
from app.engines.illustrator.styles import tools


def flatten(canvas: Canvas) -> Iterator[None]:
    """Merge small shades into clean areas."""
    lights = tools.lights(canvas)
    small = tools.bytes_of(canvas.pixels)
    for _ in range(2):
        small = cv2.medianBlur(small, max(int(canvas.unit * 0.006) | 1, 3))
        yield
    near = (canvas.depth < 225)[..., None]
    tools.rework(canvas, lambda part, band: np.where(near[band], _cel(small[band].astype(np.float32) / 255), part))
    if lights:
        lights.relit(canvas)


def _cel(part: Pixels) -> Pixels:
    """Tone in nine steps with soft borders, half blended in."""
    step = np.float32(1 / 9)
    tone = tools.luma(part)[..., None]
    cel = (np.floor(tone / step) + np.clip((tone / step % 1 - 0.5) * 6 + 0.5, 0, 1)) * step
    return np.asarray(part * (0.4 + 0.6 * cel / np.maximum(tone, 0.02)))


def ink(canvas: Canvas) -> None:
    """Thin lines, then light."""
    lines = np.clip(tools.edges(canvas, max(canvas.unit * 0.0016, 1)), 0, 1) * (canvas.depth < 225)
    tools.saturate(canvas, 1.3)
    tint = np.array([0.54, 0.57, 0.48], np.float32)
    tools.rework(canvas, lambda part, band: part * (1 - lines[band][..., None] * tint))
    tools.bloom(canvas, 0.6, 0.72, 0.03)


LAYERS: tuple[Layer, ...] = (flatten, ink)
