"""What other dialects may ask of a tool besides: exact sizes, more pictures at once, other kinds of file.

A tool takes these as its `Wider` parameters. The site's own API, its pages and its manual know nothing of them.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from app.engines.protocol import Painting
from app.toolkit.params import Choice, Params, field, one_of

STEP = 16  # pixels, of which both sides are multiples
SHORTEST = 256  # side
MOST_PIXELS = 2048 * 2048
SLIMMEST = 3  # times as long as wide
MOST_PICTURES = 10
LARGER = 1.5  # times a side is painted at high quality, and then reduced

KINDS = (Choice("png", "PNG"), Choice("jpeg", "JPEG"), Choice("webp", "WebP"))
QUALITIES = (Choice("standard", "Standard"), Choice("high", "High"))
BACKGROUNDS = (Choice("auto", "As it comes"), Choice("opaque", "Opaque"))

Pixels = tuple[int, int]
"""Width and height."""


def _size(given: Any) -> Any:
    if not isinstance(given, str):
        return given
    width, cross, height = given.strip().lower().partition("x")
    if not (cross and _number(width) and _number(height)):
        raise PydanticCustomError("size", "write it as width x height in pixels, as in 1024x1024")
    _refuse_odd(int(width), int(height))
    return f"{int(width)}x{int(height)}"


Size = Annotated[str | None, BeforeValidator(_size)]
"""A size such as 1024x1536."""


class Exact(Params):
    """Mixed into a tool's Params, first, to make its `Wider` ones."""

    prompt: str = field("", label="prompt", help="What the picture should show.", max_length=32_000)
    count: int = field(1, label="n", help="How many pictures.", ge=1, le=MOST_PICTURES)
    size: Size = field(None, label="size", help="Width and height in pixels, as in 1024x1536.")
    kind: Annotated[str, one_of(KINDS)] = field(
        "png", label="output_format", help="The kind of file to write besides the PNG.", choices=KINDS
    )
    compression: int = field(100, label="output_compression", help="The quality of a JPEG or WebP.", ge=0, le=100)
    background: Annotated[str, one_of(BACKGROUNDS)] = field(
        "auto", label="background", help="Opaque: white where it would be see-through.", choices=BACKGROUNDS
    )

    @classmethod
    def sides(cls, size: str) -> Pixels:
        width, height = size.split("x")
        return int(width), int(height)

    @property
    def pixels(self) -> Pixels | None:
        """The exact size asked for."""
        return self.sides(self.size) if self.size else None


class ExactPicture(Exact):
    """The same for a tool that works on a picture and has no quality of its own."""

    quality: Annotated[str, one_of(QUALITIES)] = field(
        "standard", label="quality", help="High: painted larger, then reduced.", choices=QUALITIES
    )


def many(params: Params) -> int:
    """How many pictures."""
    return getattr(params, "count", 1)


def quality_of(params: Params) -> str:
    return getattr(params, "quality", "standard")


def size_of(params: Params) -> Pixels | None:
    """The exact size asked for, if one is."""
    return params.pixels if isinstance(params, Exact) else None


def canvas(params: Params, size: Pixels) -> Pixels:
    """How large to paint what will have this size: at high quality larger, as far as that goes."""
    if quality_of(params) == "standard":
        return size
    scale = max(1.0, min(LARGER, (MOST_PIXELS / (size[0] * size[1])) ** 0.5))
    return round(size[0] * scale), round(size[1] * scale)


def finished(params: Params, paintings: Sequence[Painting], size: Pixels) -> list[Painting]:
    """The paintings at exactly this size, opaque if that was asked for."""
    from app.imaging import fit

    opaque = isinstance(params, Exact) and params.background == "opaque"
    sized = (replace(each, image=fit.cover(each.image, size)) for each in paintings)
    return [replace(each, image=fit.opaque(each.image)) if opaque else each for each in sized]


def _number(text: str) -> bool:
    return 1 <= len(text) <= 5 and text.isascii() and text.isdecimal()


def _refuse_odd(width: int, height: int) -> None:
    if width % STEP or height % STEP or min(width, height) < SHORTEST:
        told = f"both sides are multiples of {STEP}, {SHORTEST} pixels or more"
    elif max(width, height) > SLIMMEST * min(width, height):
        told = f"one side can be {SLIMMEST} times the other, not more"
    elif width * height > MOST_PIXELS:
        told = f"{MOST_PIXELS:,} pixels are the most, as in 2048x2048"
    else:
        return
    raise PydanticCustomError("size", told)
