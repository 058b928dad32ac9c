"""Minimalist: each plane of the scene one quiet tone, the subject in a few clean ones, nothing else."""

from collections.abc import Iterator

import cv2
import numpy as np

from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.colour import Field
from app.engines.illustrator.styles import tools

PLANE = 10  # depths closer together than this are one plane
CREAM = np.array([0.985, 0.965, 0.93], np.float32)


def reduce(canvas: Canvas) -> Iterator[None]:
    """Flatten the planes to their mean tones, row by row, and the subject to a few colours."""
    subject = tools.subject(canvas)
    tones, simple = tools.palette(canvas, 12, subject), tools.bytes_of(canvas.pixels)
    for _ in range(2 if subject.any() else 0):
        simple = cv2.medianBlur(simple, max(int(canvas.unit * 0.007) | 1, 3))
        yield
    share = tools.blur(subject.astype(np.float32), max(canvas.unit * 0.0007, 0.6))[..., None]
    lights = tools.lights(canvas)
    level, table = canvas.depth // PLANE, _planes(canvas, lights)
    yield

    def flatten(part: Field, band: slice) -> Field:
        flat = table[level[band], np.arange(band.start, band.stop)[:, None]]
        lamp = ((tools.luma(part) - tools.luma(flat)) > 0.16) & (tools.luma(part) > 0.86) & (canvas.depth[band] > 240)
        flat = np.where(lamp[..., None], flat + (1 - flat) * 0.7, flat)
        few = tools.nearest(simple[band].astype(np.float32) / 255, tones)
        return np.asarray(flat + (few - flat) * share[band])

    tools.rework(canvas, flatten)
    if lights:
        lights.relit(canvas)
    yield
    canvas.pixels = tools.blur(canvas.pixels, max(canvas.unit * 0.0008, 0.6))
    tools.rework(canvas, lambda part, _: part * np.float32(0.9) + CREAM * np.float32(0.10))


def _planes(canvas: Canvas, lights: tools.Lights | None) -> Field:
    """Mean tones (plane, row, 3), smoothed downwards and a little from plane to plane: a floor is many planes."""
    level = canvas.depth // PLANE
    sums = np.zeros((256 // PLANE + 1, canvas.height, 4), np.float32)
    for plane in np.unique(level):
        mask = (level == plane).astype(np.uint8)
        if lights:
            mask *= lights.where[..., 0] < 0.2
        for i in range(3):
            sums[plane, :, i] = cv2.multiply(canvas.pixels[..., i], mask, dtype=cv2.CV_32F).sum(1)
        sums[plane, :, 3] = mask.sum(1)
    smooth = cv2.GaussianBlur(sums, (0, 0), sigmaX=max(canvas.unit * 0.07, 1.0), sigmaY=1.1)
    return np.asarray(smooth[..., :3] / np.maximum(smooth[..., 3:], 1e-3))


LAYERS: tuple[Layer, ...] = (reduce,)
