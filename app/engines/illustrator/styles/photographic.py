"""Photographic: depth of field, bloom, a film curve, grain."""

import numpy as np

from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.styles import tools


def focus(canvas: Canvas) -> None:
    """Blur with distance, in two steps, and a little right in front."""
    depth = canvas.depth.astype(np.float32) / 255
    soft = tools.blur(np.clip((depth - 0.3) / 0.5, 0, 1), canvas.unit * 0.003)[..., None]
    blurred = tools.blur(canvas.pixels, canvas.unit * 0.0035)
    canvas.pixels += (blurred - canvas.pixels) * soft


def develop(canvas: Canvas) -> None:
    """Bloom, contrast, muted colour, corners, grain."""
    tools.bloom(canvas, 0.5)
    tools.contrast(canvas, 0.35)
    tools.saturate(canvas, 0.88)
    tools.vignette(canvas, 0.3)
    tools.grain(canvas, 0.035)


LAYERS: tuple[Layer, ...] = (focus, develop)
