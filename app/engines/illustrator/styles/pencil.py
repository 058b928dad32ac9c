"""Pencil: graphite hatching by tone, drawn outlines, the tooth of the paper."""

from collections.abc import Iterator

import numpy as np

from app.engines.illustrator.brushes.noise import fractal, smoothstep
from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.colour import Field
from app.engines.illustrator.styles import tools

SHEET, LEAD = np.array([0.980, 0.972, 0.950], np.float32), np.array([0.13, 0.13, 0.15], np.float32)
HATCHES = ((0.75, 0.92, 0.40), (0.52, 0.64, 0.44), (2.35, 0.36, 0.60))  # angle, below which tone, how dark


def draw(canvas: Canvas) -> Iterator[None]:
    """Hatching in up to three directions, a smudge of graphite beneath, then the outlines."""
    lines = np.clip(tools.edges(canvas, max(canvas.unit * 0.0019, 1)), 0, 1)
    lines *= 0.72 + 0.4 * fractal(canvas.rng, canvas.height, canvas.width, canvas.unit * 0.08, 3)
    yield
    tone = _tone(canvas)
    yield
    wobble = fractal(canvas.rng, canvas.height, canvas.width, canvas.unit * 0.14, 3) * 1.4
    pressure = fractal(canvas.rng, canvas.height, canvas.width, canvas.unit * 0.05, 3) * 0.35 + 0.42
    tooth = 0.86 + 0.55 * tools.paper(canvas, 0.0045)
    yield

    def hatched(_part: Field, band: slice) -> Field:
        dark = lines[band] + smoothstep(0.15, 1.0, 1 - tone[band]) * 0.26
        for angle, until, strength in HATCHES:
            strokes = _strokes(canvas, band, angle, wobble[band], pressure[band])
            dark += strokes * (1 - smoothstep(until - 0.34, until, tone[band])) * strength
        graphite = np.clip(dark * tooth[band], 0, 0.96)[..., None]
        return np.asarray(SHEET + (LEAD - SHEET) * graphite)

    tools.rework(canvas, hatched)


def _tone(canvas: Canvas) -> Field:
    """Brightness stretched to the paper's full range, and lifted towards the edges of the sheet."""
    tone = tools.blur(tools.luma(canvas.pixels), canvas.unit * 0.002)
    low, high = np.percentile(tone[::8, ::8], (2, 97))
    tone = np.clip((tone - low) / max(high - low, 0.05), 0, 1) ** 1.25
    y = np.abs(np.linspace(-1, 1, canvas.height, dtype=np.float32))[:, None]
    x = np.abs(np.linspace(-1, 1, canvas.width, dtype=np.float32))[None]
    ragged = fractal(canvas.rng, canvas.height, canvas.width, canvas.unit * 0.25, 4) * 0.07
    fade = smoothstep(0.80, 0.99, np.maximum(x, y) + ragged)
    return np.asarray(tone + (1 - tone) * fade, np.float32)


def _strokes(canvas: Canvas, band: slice, angle: float, wobble: Field, pressure: Field) -> Field:
    """Parallel strokes at one angle, never quite straight nor quite even."""
    y, x = tools.grid(canvas, band)
    across = (x * np.float32(np.cos(angle)) + y * np.float32(np.sin(angle))) / (canvas.unit * 0.0058) + wobble
    return smoothstep(0.15, 0.85, np.sin(across * 2 * np.pi) * 0.55 + pressure)


LAYERS: tuple[Layer, ...] = (draw,)
