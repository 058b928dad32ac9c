"""The engine of a diffusers model."""

import logging
from collections.abc import Sequence
from threading import Lock
from typing import Self

from app.engines.catalogue import Model
from app.engines.diffusers.batch import Painter
from app.engines.diffusers.families import family_of
from app.engines.diffusers.faults import first_line
from app.engines.diffusers.loading import load
from app.engines.diffusers.manner import Manner, manner_of
from app.engines.diffusers.order import Order, Piece
from app.engines.diffusers.preview import previewer
from app.engines.diffusers.safety import checker
from app.engines.given import Given, kept
from app.engines.protocol import EngineDown, OnProgress, Painted, Painting, PaintRequest, Sitting, Task, Tint, quiet
from app.refusals import Refusal
from config import Settings

logger = logging.getLogger(__name__)


class Diffusers:
    """A Batching engine. Of several threads one paints and the others wait."""

    def __init__(self, title: str, painter: Painter) -> None:
        self.title, self.painter, self.together = title, painter, painter.most
        self._brush = Lock()

    @classmethod
    def opened(cls, model: Model, settings: Settings) -> Self:
        """The engine with its model loaded. Raises EngineDown, one line that names the setting and the way out."""
        pipes, weights = load(model, settings)
        family = family_of(weights.folder)
        judges = checker(pipes, weights.folder, settings.models) if settings.CHECK_PICTURES else None
        shows = previewer(pipes, family, [weights.folder, settings.models])
        logger.info("%s on %s, %d pictures together", family.name, pipes.place, settings.BATCH)
        engine = cls(model.title, Painter(family, pipes, settings.BATCH, shows, judges))
        if pipes.compiled and pipes.knows(Task.WORDS):
            engine._warm_up()
        return engine

    @property
    def where(self) -> str:
        """The device and the precision, for the operator."""
        return str(self.painter.pipes.place)

    @property
    def side(self) -> int:
        """Of the square this model paints best, in pixels."""
        return self.painter.pipes.side or self.painter.family.side

    def tint(self, request: PaintRequest) -> Tint | None:  # noqa: ARG002  (nobody knows before it is painted)
        return None

    def paint(self, request: PaintRequest, on_progress: OnProgress) -> list[Painting]:
        [painted] = self.paint_together([Sitting(request, on_progress)])
        if isinstance(painted, BaseException):
            raise painted
        return painted

    def paint_together(self, sittings: Sequence[Sitting]) -> list[Painted]:
        """In their order; what can be painted in one call is. Raises EngineDown for all of them."""
        with self._brush:
            orders = [self._taken(sitting) for sitting in sittings]
            wanted: dict[Manner, list[Piece]] = {}
            for order in orders:
                if isinstance(order, Order):
                    wanted.setdefault(order.manner, []).extend(order.pieces)
            for manner, pieces in wanted.items():
                self.painter.paint(manner, pieces)
        return [order.outcome if isinstance(order, Order) else order for order in orders]

    def _warm_up(self) -> None:
        """Compile now, while nobody waits. Raises EngineDown where that does not work."""
        try:
            self.paint(PaintRequest("", self.side, self.side, seed=0), quiet)
        except Exception as error:  # compilers fail in many ways: one that is not installed is the most common
            raise EngineDown(f"COMPILE_MODEL: {first_line(error)}: set COMPILE_MODEL=no") from error

    def _taken(self, sitting: Sitting) -> Order | Painted:
        """As an order; or what comes of it at once."""
        request = sitting.request
        try:
            given = Given(request, request.source) if request.source else None
            self.painter.pipes.of(request.task)
        except Refusal as refusal:
            return refusal
        return kept(request) or Order(sitting, manner_of(request, self.painter.family, self.side), given)
