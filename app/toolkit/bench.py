"""What a tool is handed when it runs."""

from collections.abc import Callable
from dataclasses import dataclass

from app.engines.protocol import Engine, Tint


@dataclass(frozen=True)
class Bench:
    """`engine` paints; `progress(share)` tells how far it is, 0.0 to 1.0, and raises when nobody wants it any more.

    `announce(tint)` tells the colours of the picture to come.
    """

    engine: Engine
    progress: Callable[[float], None]
    announce: Callable[[Tint | None], None]
