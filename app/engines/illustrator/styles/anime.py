"""Anime: clear flat colour, thin dark outlines, luminous sky."""

import cv2
import numpy as np

from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.styles import tools


def flatten(canvas: Canvas) -> None:
    """Merge small shades into clean areas."""
    small = tools.bytes_of(canvas.pixels)
    for _ in range(2):
        small = cv2.medianBlur(small, max(int(canvas.unit * 0.006) | 1, 3))
    near = (canvas.depth < 225)[..., None]
    canvas.pixels = np.where(near, small.astype(np.float32) / 255, canvas.pixels)
    step = np.float32(1 / 9)
    tone = tools.luma(canvas.pixels)[..., None]
    cel = (np.floor(tone / step) + np.clip((tone / step % 1 - 0.5) * 6 + 0.5, 0, 1)) * step
    canvas.pixels = np.where(near, canvas.pixels * (0.4 + 0.6 * cel / np.maximum(tone, 0.02)), canvas.pixels)


def ink(canvas: Canvas) -> None:
    """Thin lines, then light."""
    lines = np.clip(tools.edges(canvas, max(canvas.unit * 0.0016, 1)), 0, 1) * (canvas.depth < 225)
    tools.saturate(canvas, 1.3)
    canvas.pixels *= 1 - 0.6 * lines[..., None] * np.array([0.9, 0.95, 0.8], np.float32)
    tools.bloom(canvas, 0.6, 0.72, 0.03)


LAYERS: tuple[Layer, ...] = (flatten, ink)
