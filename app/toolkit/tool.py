"""A tool: anything that makes a picture."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.engines.protocol import Painting
from app.toolkit.bench import Bench
from app.toolkit.params import Params


@dataclass(frozen=True)
class Outcome:
    """What a run made: the pictures, and facts for whoever looks at them."""

    pictures: Sequence[Painting]
    facts: dict[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True)
class Tool:
    """`price` is in credits; `size` is the result's in pixels, known before it is there, so a frame can hold it."""

    name: str
    title: str
    lane: str
    Params: type[Params]
    price: Callable[[Any], int]
    size: Callable[[Any], tuple[int, int]]
    run: Callable[[Bench, Any], Outcome]
