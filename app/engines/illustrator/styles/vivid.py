"""Vivid: stronger colour and contrast, dramatic light. A dialect names it; it is not one of the 14 styles."""

from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.styles import tools


def heighten(canvas: Canvas) -> None:
    """Full colour, deep shadows, glowing lights."""
    tools.contrast(canvas, 0.55)
    tools.saturate(canvas, 1.38)
    tools.bloom(canvas, 0.55, 0.68, 0.03)
    tools.vignette(canvas, 0.32)


LAYERS: tuple[Layer, ...] = (heighten,)
