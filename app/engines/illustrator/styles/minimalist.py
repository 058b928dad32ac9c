"""Minimalist: each plane of the scene one quiet tone, the subject in a few clean ones, nothing else."""

import cv2
import numpy as np

from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.colour import Field
from app.engines.illustrator.styles import tools

PLANE = 10  # depths closer together than this are one plane
NEAR = 60  # nearer than this, things keep their own forms


def reduce(canvas: Canvas) -> None:
    """Flatten the planes to their mean tones, row by row, and the near things to a few colours."""
    flat = _planes(canvas)
    near = canvas.depth < NEAR
    if near.any():
        simple = tools.bytes_of(canvas.pixels)
        for _ in range(2):
            simple = cv2.medianBlur(simple, max(int(canvas.unit * 0.007) | 1, 3))
        tones = tools.nearest(
            tools.blur(simple.astype(np.float32) / 255, canvas.unit * 0.001), tools.palette(canvas, 16)
        )
        share = tools.blur(tools.subject(canvas).astype(np.float32), max(canvas.unit * 0.0007, 0.6))[..., None]
        flat = flat + (tones - flat) * share
    canvas.pixels = tools.blur(flat, max(canvas.unit * 0.0007, 0.6))
    tools.saturate(canvas, 1.0)
    canvas.pixels = canvas.pixels * np.float32(0.9) + np.array([0.985, 0.965, 0.93], np.float32) * np.float32(0.10)


def _planes(canvas: Canvas) -> Field:
    """Every plane filled with the mean of its rows, smoothed downwards; a sun or lamp stays as a disc."""
    flat = np.empty_like(canvas.pixels)
    level = canvas.depth // PLANE
    tone = tools.luma(canvas.pixels)
    for plane in np.unique(level):
        mask = level == plane
        weight = mask.sum(1).astype(np.float32)
        total = np.einsum("ij,ijk->ik", mask.astype(np.float32), canvas.pixels)
        reach = max(canvas.unit * 0.09, 1.0)
        smooth = cv2.GaussianBlur(np.concatenate([total, weight[:, None]], 1), (1, 0), sigmaX=0.1, sigmaY=reach)
        rows = smooth[:, :3] / np.maximum(smooth[:, 3:], 1e-3)
        flat[mask] = np.repeat(rows[:, None], canvas.width, 1)[mask]
    lamp = tools.blur(((tone - tools.luma(flat)) > 0.16).astype(np.float32) * (canvas.depth > 240), canvas.unit * 0.006)
    disc = np.clip((lamp - 0.5) * 8, 0, 1)[..., None]
    return np.asarray(flat + (1 - flat) * disc * 0.7, np.float32)


LAYERS: tuple[Layer, ...] = (reduce,)
