"""Pictures for an engine: out of a child as bare pixels, so that nothing untrusted is decoded where the engine is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from app.imaging.bounds import Bounds
from app.imaging.made import Encoded, Made
from app.refusals import Refusal

if TYPE_CHECKING:
    from PIL.Image import Image

BARE = "raw"  # the extension of pixels without a file around them
ALIKE = 0.02  # how far the shapes of picture and mask may be apart
MARKED = 128  # from here on a grey of the mask means repaint


def hand_over(image: Image) -> Encoded:
    """The pixels of an L, RGB or RGBA image, row by row."""
    return Encoded(image.tobytes(), image.mode, BARE, *image.size)


def take_up(encoded: Encoded) -> Image:
    """What `hand_over` gave. Raises ValueError if it is something else."""
    from PIL import Image

    if encoded.extension != BARE or encoded.type not in ("L", "RGB", "RGBA"):
        raise ValueError("these are no bare pixels")
    return Image.frombytes(encoded.type, (encoded.width, encoded.height), encoded.data)


def open_for_engine(source: bytes, *, bounds: Bounds, longest: int | None = None) -> Made:
    """The picture as sRGB pixels, made smaller if its longer side exceeds `longest`, and how it looked."""
    from app.imaging.open import open_picture, plain
    from app.imaging.results import before, facts

    opened = open_picture(source, bounds=bounds)
    image = plain(opened)
    if longest:
        image.thumbnail((longest, longest), reducing_gap=3.0)
    return Made([hand_over(image)], before(opened), facts(source, opened))


def open_for_edit(source: bytes, mask: bytes, *, bounds: Bounds, repaint: str = "white") -> Made:
    """The picture, whole, and its mask (L, 255 = repaint, else 0) as pixels.

    `repaint` says what marks: "white", or "transparent". Refuses a mask of another shape, or one that marks nothing.
    """
    made = open_for_engine(source, bounds=bounds)
    picture = made.files[0]
    marked = _mask(mask, (picture.width, picture.height), bounds, repaint)
    return Made([picture, hand_over(marked)], made.sides, made.facts)


def _mask(source: bytes, size: tuple[int, int], bounds: Bounds, repaint: str) -> Image:
    from PIL import Image

    from app.imaging.open import open_picture, plain

    with _about_the_mask():
        image = plain(open_picture(source, bounds=bounds))
    if abs(image.width * size[1] - image.height * size[0]) > ALIKE * image.width * size[1]:
        raise Refusal(
            "invalid",
            f"The mask has another shape than the picture: {image.width} × {image.height} instead of "
            f"{size[0]} × {size[1]}. Send a mask of the picture’s size.",
            field="mask",
        )
    clear = image.mode == "RGBA"
    if repaint == "transparent":
        grey = image.getchannel("A").point(lambda v: 255 - v) if clear else Image.new("L", image.size)
    else:
        black = Image.new("L", image.size)
        grey = Image.composite(image.convert("L"), black, image.getchannel("A")) if clear else image.convert("L")
    marked = grey.resize(size, Image.Resampling.BILINEAR).point(lambda v: 255 if v >= MARKED else 0)
    if marked.getbbox() is None:
        raise Refusal("invalid", f"The mask marks nothing: make {repaint} what is to be repainted.", field="mask")
    return marked


@contextmanager
def _about_the_mask() -> Iterator[None]:
    try:
        yield
    except Refusal as refusal:
        raise Refusal(refusal.code, f"The mask: {refusal.message}", **{**refusal.facts, "field": "mask"}) from None
