"""A picture that was opened, whatever kind of file it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from PIL.Image import Image

    from app.imaging.kinds import Kind


Size = tuple[int, int]
"""Width and height in pixels."""


class Frame(NamedTuple):
    """Upright and whole, in mode L, LA, RGB, RGBA or I;16. `duration` in milliseconds, 0 where nothing moves."""

    image: Image
    duration: int = 0


@dataclass
class Opened:
    """`frames` are those asked for, `count` is how many pages or frames the file holds.

    `loop`: how often an animation plays, 0 for ever. `icc`: the profile the pixels are in, None for sRGB or unknown.
    `full` is the size of the file's picture, upright, where less was opened because less was needed.
    `exif` starts with `Exif\\0\\0` or a TIFF header and holds no orientation. `dpi`: pixels an inch, across and down.
    """

    kind: Kind
    frames: list[Frame]
    loop: int = 0
    count: int = 1
    icc: bytes | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    comment: str | None = None
    dpi: tuple[float, float] | None = None
    full: Size | None = None

    @property
    def size(self) -> Size:
        return self.full or self.image.size

    @property
    def image(self) -> Image:
        return self.frames[0].image
