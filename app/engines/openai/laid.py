"""A given picture on a canvas of a size that the endpoint knows, and its answer back in place."""

import numpy as np
from PIL import Image

from app.engines.given import Field, Given
from app.engines.openai.pictures import as_png, cover
from app.engines.openai.sizes import Size
from app.engines.protocol import PaintRequest, Source


class Laid:
    """The picture lies whole in the middle of its canvas; what remains is filled with its edges and cut off again."""

    def __init__(self, request: PaintRequest, source: Source, canvas: Size) -> None:
        self._given = Given(request, source)
        self._size, self._canvas = (request.width, request.height), canvas
        scale = min(canvas[0] / request.width, canvas[1] / request.height)
        self._inner = max(1, round(request.width * scale)), max(1, round(request.height * scale))
        self._corner = (canvas[0] - self._inner[0]) // 2, (canvas[1] - self._inner[1]) // 2

    def picture(self) -> bytes:
        """As PNG, opaque: what is see-through would be repainted."""
        inner = Image.fromarray(self._given.rgb).resize(self._inner, Image.Resampling.LANCZOS)
        return as_png(Image.fromarray(np.pad(np.asarray(inner), (*self._margins(), (0, 0)), mode="edge")))

    def mask(self) -> bytes | None:
        """As PNG: see-through where to repaint, as OpenAI has it, and white there, as others have it."""
        if self._given.hole is None:
            return None
        hole = Image.fromarray(self._given.hole).convert("L").resize(self._inner, Image.Resampling.NEAREST)
        marked: Field = np.pad(np.asarray(hole), self._margins())
        mask = Image.merge("RGBA", [*[Image.fromarray(marked)] * 3, Image.fromarray(255 - marked)])
        return as_png(mask)

    def back(self, answer: Image.Image) -> Image.Image:
        """The answer at the request's size, with what was to stay put back byte for byte, and its transparency."""
        left, top = self._corner
        box = (left, top, left + self._inner[0], top + self._inner[1])
        inner = cover(answer, self._canvas).crop(box)
        return self._given.finished(inner.resize(self._size, Image.Resampling.LANCZOS))

    def _margins(self) -> tuple[tuple[int, int], tuple[int, int]]:
        left, top = self._corner
        return (top, self._canvas[1] - self._inner[1] - top), (left, self._canvas[0] - self._inner[0] - left)
