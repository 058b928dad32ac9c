"""Neon: the scene sunk into a violet night, its outlines burning as tubes of light."""

import cv2
import numpy as np

from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.colour import Field, ramp, rgb
from app.engines.illustrator.styles import tools

NIGHT = [(0.0, rgb("#05030f")), (0.5, rgb("#1d0f45")), (1.0, rgb("#56208f"))]
TUBES = [(0.0, rgb("#22e6ff")), (0.35, rgb("#ff3fd2")), (0.7, rgb("#ffb13d")), (1.0, rgb("#22e6ff"))]


def sink(canvas: Canvas) -> None:
    """Keep a memory of the colours in the dark; light the outlines, and let them glow."""
    lines = np.clip(tools.edges(canvas, max(canvas.unit * 0.0026, 1), 0.55), 0, 1)
    crowd = np.clip(tools.blur(lines, canvas.unit * 0.02) - 0.12, 0, 1)  # a hundred windows would burn white
    lines = (lines / (1 + 3.5 * crowd))[..., None]
    halo = _halo(canvas, lines)
    night = ramp(NIGHT, np.linspace(0, 1, 256, dtype=np.float32))

    def burn(part: Field, band: slice) -> Field:
        level = np.clip(tools.luma(part) * 255, 0, 255).astype(np.uint8)
        dark = night[level] + part * 0.13
        light = lines[band] * _tubes(*tools.grid(canvas, band), canvas.width, canvas.height)
        return np.asarray(1 - np.exp(-np.clip(dark + light + halo[band], 0, None) * 1.25))

    tools.rework(canvas, burn)


def _halo(canvas: Canvas, lines: Field) -> Field:
    """The light around the tubes, made on a half-size copy: it is soft anyway."""
    size = (max(canvas.width // 2, 2), max(canvas.height // 2, 2))
    small = cv2.resize(lines, size, interpolation=cv2.INTER_AREA)[..., None]
    y, x = np.arange(size[1], dtype=np.float32)[:, None], np.arange(size[0], dtype=np.float32)[None]
    light = (small * _tubes(y, x, *size)).astype(np.float32)
    glow = tools.blur(light, canvas.unit * 0.002) * 1.1 + tools.blur(light, canvas.unit * 0.010)
    return np.asarray(cv2.resize(glow, (canvas.width, canvas.height)), np.float32)


def _tubes(y: Field, x: Field, width: int, height: int) -> Field:
    """The colour of the light, wandering over the picture from cyan to pink to amber."""
    lut = ramp(TUBES, np.linspace(0, 1, 256, dtype=np.float32))
    return np.asarray(lut[(((x / width) * 0.6 + (y / height) * 0.7) % 1 * 255).astype(np.uint8)])


LAYERS: tuple[Layer, ...] = (sink,)
