"""3D: a lit model. Nearer things shade what lies behind them, edges catch the light, colours are clean plastic."""

import cv2
import numpy as np

from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.styles import tools


def occlude(canvas: Canvas) -> None:
    """Darken what lies just behind something nearer: a soft ambient shadow."""
    depth = canvas.depth.astype(np.float32) / 255
    behind = np.clip(depth - tools.blur(depth, canvas.unit * 0.02), 0, 1)
    near = np.clip(depth - tools.blur(depth, canvas.unit * 0.006), 0, 1)
    canvas.pixels *= (1 - np.clip(behind * 1.1 + near * 0.8, 0, 0.55))[..., None]


def bevel(canvas: Canvas) -> None:
    """Light every edge from above, as if each layer were cut from thick card."""
    tone = (
        tools.blur(255.0 - canvas.depth.astype(np.float32) + 60 * tools.luma(canvas.pixels), canvas.unit * 0.006) / 255
    )
    up = cv2.Sobel(tone, cv2.CV_32F, 0, 1) - 0.5 * cv2.Sobel(tone, cv2.CV_32F, 1, 0)
    canvas.pixels += np.clip(up * canvas.unit * 0.012, -0.14, 0.16)[..., None]
    tools.saturate(canvas, 1.18)
    tools.bloom(canvas, 0.35, 0.75)


LAYERS: tuple[Layer, ...] = (occlude, bevel)
