"""Pixel art: big square pixels, few colours, ordered dithering between them."""

import cv2
import numpy as np

from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.styles import tools

CELLS = 136
BAYER = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], np.float32) / 16 - 0.47


def pixelate(canvas: Canvas) -> None:
    """Reduce to a grid of CELLS along the shorter side and 28 colours, then draw the grid at full size."""
    cell = canvas.unit / CELLS
    size = (round(canvas.width / cell), round(canvas.height / cell))
    tools.saturate(canvas, 1.2)
    small = cv2.resize(canvas.pixels, size, interpolation=cv2.INTER_AREA)
    colours = tools.palette(canvas, 28)
    dither = np.tile(BAYER, (size[1] // 4 + 1, size[0] // 4 + 1))[: size[1], : size[0]]
    small = tools.nearest(np.clip(small + dither[..., None] * 0.032, 0, 1), colours)
    canvas.pixels = cv2.resize(small, (canvas.width, canvas.height), interpolation=cv2.INTER_NEAREST)


LAYERS: tuple[Layer, ...] = (pixelate,)
