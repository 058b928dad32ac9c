"""Pictures that are painted in the same manner, in as few calls as memory allows."""

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.engines.diffusers.call import OnStep, call
from app.engines.diffusers.canvas import finished
from app.engines.diffusers.families import Family, Pixels
from app.engines.diffusers.faults import broke_down, first_line, ran_out
from app.engines.diffusers.manner import Manner
from app.engines.diffusers.noise import Step
from app.engines.diffusers.order import Order, Piece
from app.engines.diffusers.pipes import Pipes
from app.engines.diffusers.preview import Preview
from app.engines.diffusers.safety import Checker
from app.engines.protocol import EngineGone, Painting, Task
from app.refusals import Refusal

if TYPE_CHECKING:
    from PIL.Image import Image

SHOWN_EVERY = 0.1  # of the steps

logger = logging.getLogger(__name__)


class NobodyLeft(Exception):
    """Whatever is being painted, nobody waits for it any more."""


class Painter:
    """Paints with one model. `most` pictures go into a call, fewer of a size that memory had no room for."""

    def __init__(
        self, family: Family, pipes: Pipes, most: int, preview: Preview | None = None, checker: Checker | None = None
    ) -> None:
        self.family, self.pipes, self.most = family, pipes, most
        self.preview, self.checker = preview, checker
        self._room: dict[tuple[Task, Pixels], int] = {}

    def paint(self, manner: Manner, pieces: Sequence[Piece]) -> None:
        """Every piece is painted, or its order has a fault. Raises EngineGone when the device is gone."""
        calls = _split(pieces, self._room.get((manner.task, manner.canvas), self.most))
        while calls:
            now = [piece for piece in calls.pop(0) if piece.order.fault is None]
            error = self._try(manner, now) if now else None
            if error is not None:
                calls[:0] = self._again(manner, now, error)

    def _try(self, manner: Manner, pieces: Sequence[Piece]) -> Exception | None:
        """What went wrong, if something did."""
        try:
            images = call(self.pipes.of(manner.task), self.family, manner, pieces, self._telling(manner, pieces))
            self._keep(pieces, images)
        except NobodyLeft:
            self.pipes.give_back()
        except Exception as error:  # noqa: BLE001  (whose it is shows in a moment, and theirs it becomes)
            return error
        return None

    def _again(self, manner: Manner, pieces: Sequence[Piece], error: Exception) -> list[Sequence[Piece]]:
        """The calls in which to try once more what came to nothing."""
        if broke_down(error):
            raise EngineGone(f"the device failed: {first_line(error)}") from error
        if ran_out(error):
            return self._smaller(manner, pieces, error)
        if len(pieces) > 1:  # one of them is to blame, and the others shall not suffer for it
            return _split(pieces, 1)
        pieces[0].order.fault = error
        return []

    def _smaller(self, manner: Manner, pieces: Sequence[Piece], error: Exception) -> list[Sequence[Piece]]:
        error.__traceback__ = None  # its frames hold what has to go
        self.pipes.give_back()
        width, height = manner.canvas
        logger.warning("no memory for %d of %d x %d at once", len(pieces), width, height)
        if len(pieces) > 1:
            room = self._room[manner.task, manner.canvas] = len(pieces) // 2
            return _split(pieces, room)
        if self.pipes.lighten():
            return [pieces]
        message = f"There was not enough memory to paint {width} × {height} pixels. Nothing was charged."
        pieces[0].order.fault = Refusal("out_of_memory", f"{message} Choose a smaller size, or another model.")
        return []

    def _telling(self, manner: Manner, pieces: Sequence[Piece]) -> OnStep:
        """What a call tells at each step, told to everybody who is in it."""
        shown_at = 0.0

        def on_step(share: float, step: Step) -> None:
            nonlocal shown_at
            shown: Sequence[Image] = ()
            if self.preview is not None and share - shown_at >= SHOWN_EVERY and share < 1:
                shown_at, shown = share, self.preview(step, manner.canvas)
            for order, places in _by_order(pieces).items():
                order.tell(len(places), share, {pieces[at].number: shown[at] for at in places} if shown else None)
            if all(piece.order.fault is not None for piece in pieces):
                raise NobodyLeft

        return on_step

    def _keep(self, pieces: Sequence[Piece], images: "Sequence[Image]") -> None:
        withheld = self.checker(images) if self.checker else [""] * len(images)
        for piece, image, category in zip(pieces, images, withheld, strict=True):
            request = piece.order.request
            done = finished(image, (request.width, request.height), piece.order.given)
            piece.order.paintings[piece.number] = Painting(done, piece.seed, request.style or "", category)
        for order in _by_order(pieces):
            order.tell(0, 0.0)


def _split(pieces: Sequence[Piece], most: int) -> list[Sequence[Piece]]:
    return [pieces[at : at + most] for at in range(0, len(pieces), most)]


def _by_order(pieces: Sequence[Piece]) -> dict[Order, list[int]]:
    """The places of each order's pieces."""
    found: dict[Order, list[int]] = {}
    for at, piece in enumerate(pieces):
        found.setdefault(piece.order, []).append(at)
    return found
