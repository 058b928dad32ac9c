"""The size to paint at, which is the model's choice, and the way from there to the size that was asked for."""

from math import log, sqrt

from PIL import Image, ImageOps

from app.engines.diffusers.families import Family, Pixels
from app.engines.given import Given

SLIMMEST = 4  # times as long as wide


def canvas_for(family: Family, side: int, wanted: Pixels, quality: str) -> Pixels:
    """Of the sizes the model was trained on, the one closest in shape. `side` is that of this very model's square."""
    scale = side / family.side * sqrt(family.area_for(quality)) / family.side
    if not family.shapes:
        return like(family, side, wanted, quality)
    lying = (max(wanted), min(wanted))
    width, height = min(family.shapes, key=lambda shape: abs(log(shape[0] / shape[1]) - log(lying[0] / lying[1])))
    width, height = _rounded(width * scale, family.multiple), _rounded(height * scale, family.multiple)
    return (width, height) if wanted[0] >= wanted[1] else (height, width)


def like(family: Family, side: int, wanted: Pixels, quality: str) -> Pixels:
    """In the very shape that is wanted, as far as it goes: for a picture that is given."""
    ratio = min(max(wanted[0] / wanted[1], 1 / SLIMMEST), SLIMMEST)
    area = (side / family.side) ** 2 * family.area_for(quality)
    return _rounded(sqrt(area * ratio), family.multiple), _rounded(sqrt(area / ratio), family.multiple)


def onto(given: Given, canvas: Pixels) -> tuple[Image.Image, Image.Image | None]:
    """A given picture and its mask at the size they are painted at; no edge of it is cut off."""
    picture = Image.fromarray(given.rgb).resize(canvas, Image.Resampling.LANCZOS)
    if given.hole is None:
        return picture, None
    mask = Image.fromarray(given.hole).convert("L").resize(canvas, Image.Resampling.BILINEAR)
    return picture, mask.point(lambda value: 255 if value else 0)  # all that is touched by what is marked


def finished(painted: Image.Image, size: Pixels, given: Given | None) -> Image.Image:
    """What was painted at exactly this size. Without a given picture a few pixels are cut off, if the shapes differ."""
    if given is None:
        return painted if painted.size == size else ImageOps.fit(painted, size, Image.Resampling.LANCZOS)
    return given.finished(painted.resize(size, Image.Resampling.LANCZOS))


def _rounded(length: float, multiple: int) -> int:
    return max(multiple, round(length / multiple) * multiple)
