"""A given picture onto a canvas and back."""

import numpy as np

from app.engines import given
from app.engines.illustrator.canvas import Canvas


class Given(given.Given):
    def onto(self, canvas: Canvas) -> None:
        """Make the picture the canvas's pixels."""
        canvas.pixels[:] = self.rgb / np.float32(255)
