"""Vaporwave: pink and cyan, colour fringes, scan lines."""

import numpy as np

from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.colour import ramp, rgb
from app.engines.illustrator.styles import tools

INKS = [
    (0.0, rgb("#1b0b4b")),
    (0.3, rgb("#6a1fa8")),
    (0.55, rgb("#ff5fb8")),
    (0.8, rgb("#7df0f7")),
    (1.0, rgb("#fff7fb")),
]


def dye(canvas: Canvas) -> None:
    """Map tone to the inks, keeping a little of the first colours."""
    tone = tools.luma(canvas.pixels)
    low, high = np.percentile(tone[::8, ::8], (1, 99))
    level = np.clip((tone - low) / max(high - low, 0.05) * 255, 0, 255).astype(np.uint8)
    inks = ramp(INKS, np.linspace(0, 1, 256, dtype=np.float32))
    tools.rework(canvas, lambda part, band: inks[level[band]] * 0.78 + part * 0.22)


def broadcast(canvas: Canvas) -> None:
    """Shift red and blue apart, draw the lines of an old screen."""
    shift = max(int(canvas.unit * 0.003), 1)
    canvas.pixels[..., 0] = np.roll(canvas.pixels[..., 0], shift, 1)
    canvas.pixels[..., 2] = np.roll(canvas.pixels[..., 2], -shift, 1)
    y = np.arange(canvas.height, dtype=np.float32)[:, None, None]
    canvas.pixels *= 1 - 0.05 * (np.sin(y * 2 * np.pi / max(canvas.unit * 0.006, 3)) > 0)
    tools.bloom(canvas, 0.5, 0.6, 0.02)


LAYERS: tuple[Layer, ...] = (dye, broadcast)
