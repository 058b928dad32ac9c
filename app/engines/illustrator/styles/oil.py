"""Oil: colour laid in strokes that follow the forms, thick enough to catch the light."""

import cv2
import numpy as np

from app.engines.illustrator.brushes.noise import fractal
from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.colour import Field
from app.engines.illustrator.styles import tools


def block_in(canvas: Canvas) -> None:
    """Merge detail into dabs of one colour; the subject keeps the finer ones."""
    fine = cv2.medianBlur(tools.bytes_of(canvas.pixels), max(int(canvas.unit * 0.004) | 1, 3))
    broad = cv2.medianBlur(fine, max(int(canvas.unit * 0.010) | 1, 3))
    near = tools.blur(tools.subject(canvas).astype(np.float32), canvas.unit * 0.004)[..., None]
    canvas.pixels = (broad + (fine.astype(np.float32) - broad) * near).astype(np.float32) / 255
    vary = fractal(canvas.rng, canvas.height, canvas.width, canvas.unit * 0.03, 3)
    shift = np.stack([vary, np.roll(vary, 7, 0) * 0.4, -vary], -1) * 0.035
    canvas.pixels += shift.astype(np.float32)


def smear(canvas: Canvas) -> None:
    """Drag colour and bristles along the forms, then let the ridges of paint catch the light."""
    dx, dy = _flow(canvas)
    relief: Field = canvas.rng.standard_normal((canvas.height, canvas.width), np.float32)
    relief = tools.blur(relief, canvas.unit * 0.0024)
    relief /= relief.std() + 1e-6
    y, x = np.mgrid[0 : canvas.height, 0 : canvas.width].astype(np.float32)
    picture = tools.bytes_of(canvas.pixels)
    calm = 1 - 0.55 * tools.blur(tools.subject(canvas).astype(np.float32), canvas.unit * 0.004)
    dx, dy = dx * calm, dy * calm
    for length in (0.004, 0.009, 0.016):
        picture, relief = _dragged(picture, relief, x, y, dx * canvas.unit * length, dy * canvas.unit * length)
    canvas.pixels = picture.astype(np.float32) / 255
    relief /= relief.std() + 1e-6
    light = (cv2.Sobel(relief, cv2.CV_32F, 1, 0) + cv2.Sobel(relief, cv2.CV_32F, 0, 1)) * (canvas.unit / 1024)
    canvas.pixels += (np.clip(light * 0.020, -0.05, 0.065) + relief * 0.010)[..., None]


def _dragged(picture: Field, relief: Field, x: Field, y: Field, dx: Field, dy: Field) -> tuple[Field, Field]:
    """Each pixel the mean of itself and one step either way along the flow."""
    total, rough = picture.astype(np.float32), relief.copy()
    for sign in (-1.0, 1.0):
        u, v = x + dx * sign, y + dy * sign
        total += cv2.remap(picture, u, v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
        rough += cv2.remap(relief, u, v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    return (total / 3).astype(np.uint8), rough / 3


def _flow(canvas: Canvas) -> tuple[Field, Field]:
    """Stroke directions: along edges where there are some, in loose arcs where it is calm."""
    tone = tools.blur(tools.luma(canvas.pixels), canvas.unit * 0.003)
    gx, gy = cv2.Sobel(tone, cv2.CV_32F, 1, 0), cv2.Sobel(tone, cv2.CV_32F, 0, 1)
    reach = canvas.unit * 0.012
    xx, yy, xy = (tools.blur(part, reach) for part in (gx * gx, gy * gy, gx * gy))
    calm = fractal(canvas.rng, canvas.height, canvas.width, canvas.unit * 0.5, 2) * 1.3 + 0.5
    weight = np.float32(2e-5) * (1024 / canvas.unit) ** 2
    angle = 0.5 * np.arctan2(2 * xy - weight * np.sin(2 * calm), xx - yy - weight * np.cos(2 * calm)) + np.pi / 2
    return np.cos(angle).astype(np.float32), np.sin(angle).astype(np.float32)


def varnish(canvas: Canvas) -> None:
    """Deeper colour and contrast, over the weave of the canvas."""
    tools.saturate(canvas, 1.2)
    tools.contrast(canvas, 0.3)
    canvas.pixels *= (1 + 0.012 * tools.paper(canvas, 0.0035))[..., None]


LAYERS: tuple[Layer, ...] = (block_in, smear, varnish)
