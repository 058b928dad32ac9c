"""Several jobs painted in one go, each of them in a thread of its own and none the wiser.

A job is handed a seat, which to it is an engine. Once everybody who is still at work has asked, the last to come has
the real engine paint all of it, and each goes on with what is its own: its pictures, or its own exception.
"""

from collections.abc import Sequence
from threading import Condition, Event

from app.engines.protocol import Batching, OnProgress, Painted, Painting, PaintRequest, Sitting, Tint

PATIENCE = 0.5  # seconds; while it waits for the others a job looks this often whether it is still wanted


class Together:
    """A table for as many jobs as there are `seats`. Each seat has to be left in the end, whatever comes of its job."""

    def __init__(self, engine: Batching, seats: int) -> None:
        self.engine = engine
        self.seats = [Seat(self) for _ in range(seats)]
        self._at_work = seats
        self._waiting: list[_Asked] = []
        self._changed = Condition()

    def wait(self) -> None:
        """Until every seat has had its pictures or was left: until the engine is free."""
        for seat in self.seats:
            seat.settled.wait()

    def paint(self, sitting: Sitting) -> list[Painting]:
        """What comes of one request once all the others at the table have theirs too."""
        asked = _Asked(sitting)
        with self._changed:
            self._waiting.append(asked)
        while asked.outcome is None:
            if everybody := self._everybody():
                self._paint_all(everybody)
            else:
                self._wait(asked)
        if isinstance(asked.outcome, BaseException):
            raise asked.outcome
        return asked.outcome

    def leave(self) -> None:
        with self._changed:
            self._at_work -= 1
            self._changed.notify_all()

    def _everybody(self) -> "list[_Asked]":
        """All who wait, as soon as they are all there are; whoever is told so has to paint them."""
        with self._changed:
            if not self._complete():
                return []
            everybody, self._waiting = self._waiting, []
            return everybody

    def _complete(self) -> bool:
        return len(self._waiting) >= self._at_work

    def _wait(self, asked: "_Asked") -> None:
        """For the others to come, or for one of them to have painted."""
        with self._changed:
            if self._changed.wait_for(lambda: asked.outcome is not None or self._is_up_to(asked), PATIENCE):
                return
            if asked not in self._waiting:
                return  # it is being painted, and is asked there whether it is still wanted
        try:
            asked.sitting.on_progress(0.0)
        except BaseException:
            self._withdraw(asked)
            raise

    def _is_up_to(self, asked: "_Asked") -> bool:
        """Whether somebody has left, so that now one of those who wait has to paint."""
        return asked in self._waiting and self._complete()

    def _withdraw(self, asked: "_Asked") -> None:
        """If it is being painted by now, nobody will fetch it."""
        with self._changed:
            if asked in self._waiting:
                self._waiting.remove(asked)

    def _paint_all(self, everybody: "Sequence[_Asked]") -> None:
        try:
            painted = zip(everybody, self.engine.paint_together([asked.sitting for asked in everybody]), strict=True)
            outcomes = dict(painted)
        except BaseException as error:  # noqa: BLE001  (everybody waits for it and raises it)
            outcomes = dict.fromkeys(everybody, error)
        with self._changed:
            for asked, outcome in outcomes.items():
                asked.outcome = outcome
            self._changed.notify_all()


class Seat:
    """One job's place at the table, and its engine."""

    together = 1

    def __init__(self, table: Together) -> None:
        self.title = table.engine.title
        self.settled = Event()
        self._table = table
        self._left = False

    def tint(self, request: PaintRequest) -> Tint | None:
        return self._table.engine.tint(request)

    def paint(self, request: PaintRequest, on_progress: OnProgress) -> list[Painting]:
        paintings = self._table.paint(Sitting(request, on_progress))
        self.settled.set()
        return paintings

    def leave(self) -> None:
        """The job is over, in whatever way. Leaving twice is leaving once."""
        if not self._left:
            self._left = True
            self._table.leave()
        self.settled.set()


class _Asked:
    """What somebody waits for."""

    def __init__(self, sitting: Sitting) -> None:
        self.sitting = sitting
        self.outcome: Painted | None = None
