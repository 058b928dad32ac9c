"""Illustration: the scene as composed, its colours a little fuller, on slightly grained paper."""

from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.styles import tools


def finish(canvas: Canvas) -> None:
    """Fuller colour and a breath of paper."""
    tools.saturate(canvas, 1.08)
    tools.grain(canvas, 0.012)


LAYERS: tuple[Layer, ...] = (finish,)
