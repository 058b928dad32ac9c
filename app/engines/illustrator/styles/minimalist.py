"""Minimalist: a handful of quiet colours in large flat shapes."""

import cv2
import numpy as np

from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.styles import tools


def reduce(canvas: Canvas) -> None:
    """Melt detail away, then keep eight muted colours with clean edges."""
    small = tools.bytes_of(canvas.pixels)
    for _ in range(3):
        small = cv2.medianBlur(small, max(int(canvas.unit * 0.016) | 1, 3))
    canvas.pixels = small.astype(np.float32) / 255
    flat = tools.nearest(tools.blur(canvas.pixels, canvas.unit * 0.002), tools.palette(canvas, 9))
    canvas.pixels = tools.blur(flat, max(canvas.unit * 0.0008, 0.7))
    tools.saturate(canvas, 0.8)
    canvas.pixels = canvas.pixels * 0.86 + np.array([0.98, 0.965, 0.93], np.float32) * 0.14


LAYERS: tuple[Layer, ...] = (reduce,)
