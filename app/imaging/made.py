"""What work on a picture comes to: files, and facts about them. Knows no Pillow, so that every room may name it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

Fact = str | int | float | bool | None
Facts = Mapping[str, "Fact | Sequence[Fact] | Mapping[str, Fact]"]


class Encoded(NamedTuple):
    """A file as bytes. Width and height in pixels, of the first page or frame."""

    data: bytes
    type: str  # as in Content-Type
    extension: str
    width: int
    height: int


@dataclass(frozen=True)
class Made:
    """`files` are results. `sides` stand beside the first, by kind: `before` and `preview` are pictures any browser
    shows, of what came in and of what came out; `thumb` is a small one; a tool may keep more (`matte`).
    """

    files: Sequence[Encoded] = ()
    sides: Mapping[str, Encoded] = field(default_factory=dict)
    facts: Facts = field(default_factory=dict)
