"""Comic: flat inks, halftone dots in the shadows, a black outline."""

import cv2
import numpy as np

from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.styles import tools


def flat(canvas: Canvas) -> None:
    """Few, strong colours."""
    tools.saturate(canvas, 1.45)
    smooth = cv2.medianBlur(tools.bytes_of(canvas.pixels), max(int(canvas.unit * 0.005) | 1, 3))
    canvas.pixels = tools.nearest(smooth.astype(np.float32) / 255, tools.palette(canvas, 14))


def dots(canvas: Canvas) -> None:
    """A screen of dots at 30 degrees, larger where it is darker."""
    y, x = np.mgrid[0 : canvas.height, 0 : canvas.width].astype(np.float32)
    pitch = canvas.unit * 0.0105
    u, v = (x * 0.866 + y * 0.5) * (np.pi / pitch), (y * 0.866 - x * 0.5) * (np.pi / pitch)
    screen = (np.cos(u) * np.cos(v)).astype(np.float32)
    tone = tools.blur(tools.luma(canvas.pixels), canvas.unit * 0.004)
    dot = np.clip((screen - np.clip(tone * 1.9 - 0.55, -0.2, 1)) * pitch * 0.4, 0, 1)[..., None]
    canvas.pixels *= 1 - dot * 0.38


def outline(canvas: Canvas) -> None:
    """Black ink around the forms."""
    lines = np.clip(tools.edges(canvas, max(canvas.unit * 0.003, 1)) * 1.3 - 0.2, 0, 1)
    canvas.pixels *= 1 - lines[..., None] * 0.95


LAYERS: tuple[Layer, ...] = (flat, dots, outline)
