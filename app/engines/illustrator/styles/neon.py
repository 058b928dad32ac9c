"""Neon: the scene sunk into a violet night, its outlines burning as tubes of light."""

import numpy as np

from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.colour import ramp, rgb
from app.engines.illustrator.styles import tools

NIGHT = [(0.0, rgb("#05030f")), (0.5, rgb("#1d0f45")), (1.0, rgb("#56208f"))]


def sink(canvas: Canvas) -> None:
    """Keep a memory of the colours in the dark, and light the outlines."""
    lines = np.clip(tools.edges(canvas, max(canvas.unit * 0.0026, 1)), 0, 1)
    across = np.linspace(0, 1, canvas.width, dtype=np.float32)[None]
    down = np.linspace(0, 1, canvas.height, dtype=np.float32)[:, None]
    at = (across * 0.6 + down * 0.7) % 1
    tubes = ramp([(0, rgb("#22e6ff")), (0.35, rgb("#ff3fd2")), (0.7, rgb("#ffb13d")), (1, rgb("#22e6ff"))], at.ravel())
    colour = tubes.reshape(canvas.height, canvas.width, 3)
    tone = tools.luma(canvas.pixels)
    lut = ramp(NIGHT, np.linspace(0, 1, 256, dtype=np.float32))
    dark = lut[np.clip(tone * 255, 0, 255).astype(np.uint8)] + canvas.pixels * 0.13
    light = lines[..., None] * colour
    canvas.pixels = dark + light
    for sigma, strength in ((0.004, 1.1), (0.02, 1.0)):
        canvas.pixels += tools.blur(light, sigma * canvas.unit) * strength
    canvas.pixels = 1 - np.exp(-np.clip(canvas.pixels, 0, None) * 1.25)


LAYERS: tuple[Layer, ...] = (sink,)
