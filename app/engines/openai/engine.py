"""The engine that has an endpoint paint."""

from app.engines.catalogue import Model
from app.engines.protocol import EngineDown, OnProgress, Painting, PaintRequest, Tint
from config import Settings


class Endpoint:
    """An Engine. Of any number of threads."""

    together = 1

    def __init__(self, model: Model, settings: Settings) -> None:
        self.title = model.title

    def tint(self, request: PaintRequest) -> Tint | None:
        return None

    def paint(self, request: PaintRequest, on_progress: OnProgress) -> list[Painting]:
        raise EngineDown(f"{self.title} cannot be opened")
