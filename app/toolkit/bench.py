"""What a tool is handed when it runs."""

from collections.abc import Callable
from dataclasses import dataclass

from app.engines.protocol import Engine


@dataclass(frozen=True)
class Bench:
    """`engine` paints; `progress(share)` tells how far it is, 0.0 to 1.0, and raises when nobody wants it any more."""

    engine: Engine
    progress: Callable[[float], None]
