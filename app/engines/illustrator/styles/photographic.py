"""Photographic: a lens that picks its subject out, bloom, a film curve, grain."""

import numpy as np

from app.engines.illustrator.canvas import Canvas, Layer, bands
from app.engines.illustrator.styles import tools

WARM, COOL = np.array([0.030, 0.008, -0.030], np.float32), np.array([-0.012, 0.004, 0.030], np.float32)


def focus(canvas: Canvas) -> None:
    """With a subject in front: blur that grows behind it. A landscape alone stays sharp throughout."""
    if not tools.subject(canvas).any():
        return
    behind = np.clip((np.arange(256, dtype=np.float32) / 255 - 0.22) / 0.6, 0, 1)
    for reach, start in ((0.0022, 0.0), (0.006, 0.45)):
        soft = tools.blur(np.clip((behind - start) / 0.4, 0, 1)[canvas.depth], canvas.unit * 0.0025)[..., None]
        blurred = tools.blur(canvas.pixels, canvas.unit * reach)
        for band in bands(canvas.height):
            part = canvas.pixels[band]
            part += (blurred[band] - part) * soft[band]


def clarity(canvas: Canvas) -> None:
    """Local contrast: what a good lens and a careful print give."""
    tone = tools.luma(canvas.pixels)
    local = tone - tools.blur(tone, canvas.unit * 0.03)
    canvas.pixels *= (1 + np.clip(local * 0.55, -0.14, 0.14))[..., None]


def develop(canvas: Canvas) -> None:
    """Bloom, a film curve with lifted blacks, cool shadows and warm lights, corners, grain."""
    tools.bloom(canvas, 0.45)
    tools.contrast(canvas, 0.5)
    tools.saturate(canvas, 0.84)
    tools.rework(canvas, lambda part, _: (part + COOL + (WARM - COOL) * tools.luma(part)[..., None]) * 0.965 + 0.022)
    tools.vignette(canvas, 0.34)
    tools.grain(canvas, 0.030)


LAYERS: tuple[Layer, ...] = (focus, clarity, develop)
