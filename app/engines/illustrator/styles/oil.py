"""Oil: colour laid in strokes that follow the forms, thick enough to catch the light."""

from collections.abc import Iterator

import cv2
import numpy as np

from app.engines.illustrator.brushes.noise import fractal
from app.engines.illustrator.canvas import Canvas, Layer, bands
from app.engines.illustrator.colour import Field
from app.engines.illustrator.styles import tools

VARY = np.array([0.035, 0.012, -0.035], np.float32)


def block_in(canvas: Canvas) -> Iterator[None]:
    """Merge detail into dabs of one colour; the subject keeps the finer ones."""
    lights = tools.lights(canvas)
    fine = cv2.medianBlur(tools.bytes_of(canvas.pixels), max(int(canvas.unit * 0.004) | 1, 3))
    broad = cv2.medianBlur(fine, max(int(canvas.unit * 0.010) | 1, 3))
    yield
    near = tools.blur(tools.subject(canvas).astype(np.float32), canvas.unit * 0.004)[..., None]
    vary = fractal(canvas.rng, canvas.height, canvas.width, canvas.unit * 0.03, 3)[..., None] * VARY
    for band in bands(canvas.height):
        dabs = broad[band] + (fine[band].astype(np.float32) - broad[band]) * near[band]
        canvas.pixels[band] = dabs / 255 + vary[band]
    if lights:
        lights.relit(canvas)


def smear(canvas: Canvas) -> Iterator[None]:
    """Drag colour and bristles along the forms, then let the ridges of paint catch the light."""
    dx, dy = _flow(canvas)
    relief: Field = canvas.rng.standard_normal((canvas.height, canvas.width), np.float32)
    relief = tools.blur(relief, canvas.unit * 0.0024)
    relief /= relief.std() + 1e-6
    picture = tools.bytes_of(canvas.pixels)
    calm = 1 - 0.55 * tools.blur(tools.subject(canvas).astype(np.float32), canvas.unit * 0.004)
    lights = tools.lights(canvas)
    if lights:
        calm *= 1 - 0.85 * np.clip(tools.blur(lights.where[..., 0], canvas.unit * 0.003) * 3, 0, 1)
    dx, dy = dx * calm, dy * calm
    yield
    for length in (0.004, 0.009, 0.016):
        picture, relief = _dragged(canvas, picture, relief, dx, dy, canvas.unit * length)
        yield
    relief /= relief.std() + 1e-6
    light = (cv2.Sobel(relief, cv2.CV_32F, 1, 0) + cv2.Sobel(relief, cv2.CV_32F, 0, 1)) * (canvas.unit / 1024)
    ridges = (np.clip(light * 0.020, -0.05, 0.065) + relief * 0.010)[..., None]
    tools.rework(canvas, lambda _, band: picture[band].astype(np.float32) / 255 + ridges[band])


def _dragged(canvas: Canvas, picture: Field, relief: Field, dx: Field, dy: Field, step: float) -> tuple[Field, Field]:
    """Each pixel the mean of itself and one step either way along the flow."""
    colours, rough = np.empty_like(picture), np.empty_like(relief)
    for band in bands(canvas.height):
        y, x = tools.grid(canvas, band)
        total, height = picture[band].astype(np.float32), relief[band].copy()
        for sign in (-step, step):
            u, v = x + dx[band] * np.float32(sign), y + dy[band] * np.float32(sign)
            total += cv2.remap(picture, u, v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
            height += cv2.remap(relief, u, v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
        colours[band], rough[band] = total / 3, height / 3
    return colours, rough


def _flow(canvas: Canvas) -> tuple[Field, Field]:
    """Stroke directions: along edges where there are some, in loose arcs where it is calm."""
    size = (max(canvas.width // 2, 2), max(canvas.height // 2, 2))
    tone = tools.blur(tools.luma(cv2.resize(canvas.pixels, size, interpolation=cv2.INTER_AREA)), canvas.unit * 0.0015)
    gx, gy = cv2.Sobel(tone, cv2.CV_32F, 1, 0), cv2.Sobel(tone, cv2.CV_32F, 0, 1)
    xx, yy, xy = (tools.blur(part, canvas.unit * 0.006) for part in (gx * gx, gy * gy, gx * gy))
    calm = fractal(canvas.rng, size[1], size[0], canvas.unit * 0.25, 2) * 1.3 + 0.5
    weight = np.float32(8e-5) * (1024 / canvas.unit) ** 2
    angle = 0.5 * np.arctan2(2 * xy - weight * np.sin(2 * calm), xx - yy - weight * np.cos(2 * calm)) + np.pi / 2
    full = (canvas.width, canvas.height)
    return cv2.resize(np.cos(angle), full), cv2.resize(np.sin(angle), full)


def varnish(canvas: Canvas) -> None:
    """Deeper colour and contrast, over the weave of the canvas."""
    tools.saturate(canvas, 1.2)
    tools.contrast(canvas, 0.3)
    weave = 1 + 0.012 * tools.paper(canvas, 0.0035)[..., None]
    tools.rework(canvas, lambda part, band: part * weave[band])


LAYERS: tuple[Layer, ...] = (block_in, smear, varnish)
