"""Oil: colour laid in strokes that follow the forms, thick enough to catch the light."""

import cv2
import numpy as np

from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.colour import Field
from app.engines.illustrator.styles import tools


def flow(canvas: Canvas) -> tuple[Field, Field]:
    """Directions along which strokes run: across the turning of tone, smoothed."""
    tone = tools.blur(tools.luma(canvas.pixels), canvas.unit * 0.004)
    gx, gy = cv2.Sobel(tone, cv2.CV_32F, 1, 0), cv2.Sobel(tone, cv2.CV_32F, 0, 1)
    reach = canvas.unit * 0.02
    xx, yy, xy = (tools.blur(part, reach) for part in (gx * gx, gy * gy, gx * gy))
    angle = 0.5 * np.arctan2(2 * xy, xx - yy) + np.pi / 2
    return np.cos(angle), np.sin(angle)


def smear(canvas: Canvas) -> None:
    """Drag the colour along the flow, with bristles of its own lightness."""
    dx, dy = flow(canvas)
    bristle: Field = canvas.rng.standard_normal((canvas.height, canvas.width), np.float32)
    bristle = tools.blur(bristle, canvas.unit * 0.0016)
    bristle /= bristle.std() + 1e-6
    y, x = np.mgrid[0 : canvas.height, 0 : canvas.width].astype(np.float32)
    picture, relief = tools.bytes_of(canvas.pixels), bristle
    for length in (0.004, 0.008):
        step = canvas.unit * length
        total, rough = picture.astype(np.float32), relief.copy()
        for sign in (-1.0, 1.0):
            u, v = x + dx * step * sign, y + dy * step * sign
            total += cv2.remap(picture, u, v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
            rough += cv2.remap(relief, u, v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
        picture, relief = (total / 3).astype(np.uint8), rough / 3
    canvas.pixels = picture.astype(np.float32) / 255
    light = cv2.Sobel(relief, cv2.CV_32F, 1, 0) + cv2.Sobel(relief, cv2.CV_32F, 0, 1)
    canvas.pixels += (np.clip(light * 0.05, -0.11, 0.13) + relief * 0.02)[..., None]


def varnish(canvas: Canvas) -> None:
    """Deeper colour and contrast."""
    tools.saturate(canvas, 1.15)
    tools.contrast(canvas, 0.25)


LAYERS: tuple[Layer, ...] = (smear, varnish)
