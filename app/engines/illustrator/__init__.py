"""The built-in illustrator: reads the prompt, composes a scene, paints it. No weights, no network, no GPU."""

from pathlib import Path

from app.engines.catalogue import ILLUSTRATOR
from app.engines.protocol import OnProgress, Painting, PaintRequest, Tint

__all__ = ["Illustrator"]


class Illustrator:
    """An Engine. `art` is the index made by `art.build`; `fonts` the folder of npm's @fontsource-variable.

    Raises Refusal("engine_unavailable") when the art index is missing or broken.
    """

    together = 1

    def __init__(self, art: Path, fonts: Path, title: str = ILLUSTRATOR) -> None:
        from app.engines.illustrator.paint import Painter  # numpy, OpenCV and resvg, only where painting happens

        self.title = title
        self._painter = Painter(art, fonts)

    def tint(self, request: PaintRequest) -> Tint | None:
        return self._painter.tint(request)

    def paint(self, request: PaintRequest, on_progress: OnProgress) -> list[Painting]:
        """Paint the request: about a second for a megapixel. Lets through whatever `on_progress` raises."""
        return self._painter.paint(request, on_progress)
