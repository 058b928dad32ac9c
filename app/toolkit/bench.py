"""What a tool is handed when it runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from app.engines.protocol import Engine, OnProgress, Painting, PaintRequest, Tint
from app.imaging.bounds import Bounds, Budget, Budgets
from app.imaging.made import Made
from app.moderation.pictures import refuse_withheld
from app.refusals import Refusal


class Child(Protocol):
    """Runs work on untrusted bytes where it can do no harm: app.imaging.sandbox.Sandbox.

    `work` is a function of a module, called with `given` and `options`. `on_wait` is called several times a second
    and may raise, which ends the work. Refuses with `timeout`, `out_of_memory`, `unreadable` or what the work refused.
    """

    def call(
        self,
        work: Callable[..., Made],
        *given: Any,
        budget: Budget,
        on_wait: Callable[[], None],
        **options: Any,
    ) -> Made: ...


@dataclass(frozen=True)
class Bench:
    """`engine` paints, where the job's lane has one; `progress(share)` tells how far it is, 0.0 to 1.0, and raises when
    nobody wants it any more. `announce(tint)` tells the colours of the picture to come. `files` are the bytes that came
    with the job, by the name of their field, never to be opened here: `bench.sandboxed(work, bench.files["image"], …)`.
    `models` is the folder of optional model files, `options` are settings that single tools follow, by name in lower
    case.
    """

    engine: Engine | None
    progress: OnProgress
    announce: Callable[[Tint | None], None]
    child: Child
    files: Mapping[str, bytes]
    bounds: Bounds
    budgets: Budgets
    models: Path
    options: Mapping[str, str]

    def paint(self, request: PaintRequest) -> list[Painting]:
        """Pictures from the engine, their colours announced beforehand. Refuses with `withheld`."""
        if self.engine is None:
            raise Refusal("engine_unavailable", "Nobody paints here.")
        self.announce(self.engine.tint(request))
        paintings = self.engine.paint(request, self.progress)
        refuse_withheld(paintings)
        return paintings

    @property
    def painter(self) -> str:
        """Who paints, as a page names it."""
        return self.engine.title if self.engine else ""

    def sandboxed(self, work: Callable[..., Made], *given: Any, budget: Budget | None = None, **options: Any) -> Made:
        """The work done in a child: `work(*given, bounds=…, **options)`."""
        return self.child.call(
            work,
            *given,
            budget=budget or self.budgets.picture,
            on_wait=lambda: self.progress(0.0),
            bounds=self.bounds,
            **options,
        )
