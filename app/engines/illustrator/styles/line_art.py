"""Line art: black ink on white, nothing else."""

import numpy as np

from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.styles import tools


def ink(canvas: Canvas) -> None:
    """Outlines in ink; only the deepest tones are filled."""
    width = max(canvas.unit * 0.0022, 1)
    lines = tools.blur(np.clip(tools.edges(canvas, width, 0.42) * 1.8, 0, 1), width * 0.35)
    ink = np.clip((lines - 0.3) * 3, 0, 1)[..., None]
    canvas.pixels = np.float32(0.99) + (np.array([0.07, 0.07, 0.09], np.float32) - 0.99) * ink


LAYERS: tuple[Layer, ...] = (ink,)
