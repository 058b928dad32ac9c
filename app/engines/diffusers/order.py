"""One request among those that are painted together: what is asked, how far it is, and what came of it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.engines.diffusers.manner import Manner
from app.engines.given import Given
from app.engines.protocol import Painted, Painting, PaintRequest, Sitting
from app.engines.styles import worded

if TYPE_CHECKING:
    from PIL.Image import Image

UNTIL_DONE = 0.97  # of the progress: the last steps are turning numbers into pixels


@dataclass(frozen=True)
class Piece:
    """One picture of an order."""

    order: "Order"
    number: int  # from 0

    @property
    def seed(self) -> int:
        return self.order.request.seed + self.number


@dataclass(eq=False)
class Order:
    """`given` is the picture it starts from. Once it has a `fault` nobody waits for it any more."""

    sitting: Sitting
    manner: Manner
    given: Given | None
    paintings: dict[int, Painting] = field(default_factory=dict)
    previews: "dict[int, Image]" = field(default_factory=dict)
    fault: BaseException | None = None

    @property
    def request(self) -> PaintRequest:
        return self.sitting.request

    @property
    def words(self) -> str:
        return worded(self.request.prompt, self.request.style)[0]

    @property
    def left_out(self) -> str:
        """What the picture should not show."""
        parts = (self.request.negative_prompt.strip(), worded(self.request.prompt, self.request.style)[1])
        return ", ".join(part for part in parts if part)

    @property
    def pieces(self) -> list[Piece]:
        return [Piece(self, number) for number in range(self.request.count)]

    def tell(self, at_work: int, share: float, previews: "dict[int, Image] | None" = None) -> None:
        """So much of `at_work` pieces is done, besides those that are finished. Whatever that raises ends the order."""
        if self.fault is not None:
            return
        done = (len(self.paintings) + at_work * share * UNTIL_DONE) / self.request.count
        self.previews |= previews or {}
        shown = [image for _, image in sorted(self.previews.items())] if previews else None
        try:
            self.sitting.on_progress(min(done, 1.0), shown)
        except Exception as error:  # noqa: BLE001  (it says that nobody wants it; the others go on)
            self.fault = error

    @property
    def outcome(self) -> Painted:
        if self.fault is not None:
            return self.fault
        return [self.paintings[number] for number in range(self.request.count)]
