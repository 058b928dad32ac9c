"""3D: a rendered model. Soft shade gathers behind what is nearer, rounded edges catch the key light, surfaces shine."""

from collections.abc import Iterator

import cv2
import numpy as np

from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.styles import tools

STRIP = 640  # rows smoothed at once


def smooth(canvas: Canvas) -> Iterator[None]:
    """Surfaces without texture: plastic and clay, not paint."""
    flat = tools.bytes_of(canvas.pixels)
    reach = max(int(canvas.unit * 0.007) | 1, 5)
    for top in range(0, canvas.height, STRIP):
        above = max(top - reach, 0)
        strip = flat[above : top + STRIP + reach]
        even = cv2.bilateralFilter(strip, reach, 26, canvas.unit * 0.004)[top - above :][:STRIP]
        canvas.pixels[top : top + STRIP] = even / np.float32(255)
        yield


def occlude(canvas: Canvas) -> None:
    """Darken what lies just behind something nearer: ambient shade, wide and narrow."""
    depth = canvas.depth.astype(np.float32) / 255
    shade = np.zeros_like(depth)
    for reach, strength in ((0.045, 0.75), (0.014, 0.75)):
        nearer = tools.shifted(tools.blur(depth, canvas.unit * reach), int(canvas.unit * reach * 0.35))
        shade += np.clip(depth - nearer, 0, 1) * strength
    tint = np.array([1.0, 0.94, 0.78], np.float32)
    shade = np.clip(shade, 0, 0.5)[..., None]
    tools.rework(canvas, lambda part, band: part * (1 - shade[band] * tint))


def round_off(canvas: Canvas) -> None:
    """Turn the subject's edges towards the light, add a highlight and a clean contrast."""
    height = tools.blur(tools.subject(canvas).astype(np.float32) * 175, canvas.unit * 0.007)
    slope = cv2.Sobel(height, cv2.CV_32F, 0, 1) - 0.6 * cv2.Sobel(height, cv2.CV_32F, 1, 0)
    near = tools.blur(tools.subject(canvas).astype(np.float32), canvas.unit * 0.0015)
    canvas.pixels += (np.clip(slope * canvas.unit * 0.00005, -0.10, 0.14) * near)[..., None]
    tone = tools.luma(canvas.pixels)
    shine = np.clip(tone - tools.blur(tone, canvas.unit * 0.02), 0, 1) * near
    canvas.pixels += (shine * 0.5)[..., None]
    tools.saturate(canvas, 1.16)
    tools.contrast(canvas, 0.18)
    tools.bloom(canvas, 0.4, 0.72, 0.025)


LAYERS: tuple[Layer, ...] = (smooth, occlude, round_off)
