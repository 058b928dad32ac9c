"""The engine of a diffusers model."""

from typing import Self

from app.engines.catalogue import Model
from app.engines.protocol import EngineDown, OnProgress, Painting, PaintRequest, Tint
from config import Settings


class Diffusers:
    """A Batching engine."""

    def __init__(self, title: str, together: int) -> None:
        self.title, self.together = title, together

    @classmethod
    def opened(cls, model: Model, settings: Settings) -> Self:
        """The engine with its model loaded. Raises EngineDown, one line that names the setting and the way out."""
        raise EngineDown(f"{model.title} cannot be opened")

    def tint(self, request: PaintRequest) -> Tint | None:
        return None

    def paint(self, request: PaintRequest, on_progress: OnProgress) -> list[Painting]:
        raise EngineDown(f"{self.title} cannot be opened")
