"""Pencil: graphite hatching by tone, drawn outlines, the tooth of the paper."""

import numpy as np

from app.engines.illustrator.brushes.noise import fractal, smoothstep
from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.colour import Field
from app.engines.illustrator.styles import tools


def draw(canvas: Canvas) -> None:
    """Three directions of hatching, one for each darker tone, then the outlines."""
    tone = tools.luma(canvas.pixels)
    low, high = np.percentile(tone[::8, ::8], (2, 98))
    tone = np.clip((tone - low) / max(high - low, 0.05), 0, 1)
    dark = np.zeros_like(tone)
    for angle, until, strength in ((0.7, 0.85, 0.34), (0.45, 0.55, 0.36), (2.3, 0.3, 0.4)):
        dark += _hatch(canvas, angle) * (1 - smoothstep(until - 0.3, until, tone)) * strength
    dark += (1 - tone) * 0.16 + np.clip(tools.edges(canvas, max(canvas.unit * 0.0018, 1)), 0, 1) * 0.62
    tooth = 0.85 + 0.5 * tools.paper(canvas, 0.005)
    graphite = np.clip(dark * tooth, 0, 0.92)[..., None]
    sheet, lead = np.array([0.975, 0.965, 0.94], np.float32), np.array([0.17, 0.17, 0.19], np.float32)
    canvas.pixels = sheet + (lead - sheet) * graphite


def _hatch(canvas: Canvas, angle: float) -> Field:
    y, x = np.mgrid[0 : canvas.height, 0 : canvas.width].astype(np.float32)
    wobble = fractal(canvas.rng, canvas.height, canvas.width, canvas.unit * 0.12, 3) * canvas.unit * 0.008
    across = (x * np.float32(np.cos(angle)) + y * np.float32(np.sin(angle)) + wobble) / (canvas.unit * 0.0062)
    pressure = fractal(canvas.rng, canvas.height, canvas.width, canvas.unit * 0.05, 3) * 0.35
    return smoothstep(0.1, 0.9, np.sin(across * 2 * np.pi).astype(np.float32) * 0.6 + 0.35 + pressure)


LAYERS: tuple[Layer, ...] = (draw,)
