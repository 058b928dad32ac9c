"""Words in a picture: set in the studio's own type, as large as their place allows."""

from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from app.engines.illustrator.colour import Field

FACES = {
    "display": "fraunces/files/fraunces-latin-wght-normal.woff2",
    "plain": "instrument-sans/files/instrument-sans-latin-wght-normal.woff2",
}
LATIN = set(map(chr, range(0x20, 0x17F))) | set("–—‘’“”…•€")


@cache
def face(fonts: Path, name: str, size: int, weight: int) -> ImageFont.FreeTypeFont:
    """A font of `size` pixels at `weight` 100 to 900."""
    font = ImageFont.truetype(str(fonts / FACES[name]), size)
    font.set_variation_by_axes([weight])
    return font


def can_set(text: str) -> bool:
    """Whether the typefaces have all of its letters."""
    return bool(text) and set(text) <= LATIN


def block(fonts: Path, text: str, wide: int, tall: int, name: str = "display", weight: int = 600) -> Field:
    """A mask of `text`, set in lines as large as a box of `wide` by `tall` pixels allows, cropped to its ink."""
    best, lines = 6, [text]
    low, high = 6, max(tall, 8)
    while low <= high:
        size = (low + high) // 2
        tried = _broken(face(fonts, name, size, weight), text, wide)
        if tried is not None and len(tried) * size * 1.14 <= tall:
            best, lines, low = size, tried, size + 1
        else:
            high = size - 1
    return _drawn(face(fonts, name, best, weight), lines, best)


def _broken(font: ImageFont.FreeTypeFont, text: str, wide: int) -> list[str] | None:
    """The text in lines no wider than `wide`; None when a word does not fit."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= wide:
            lines[-1] = longer
        elif font.getlength(word) <= wide:
            lines.append(word)
        else:
            return None
    return lines


def _drawn(font: ImageFont.FreeTypeFont, lines: list[str], size: int) -> Field:
    wide = int(max(font.getlength(text) for text in lines)) + size
    sheet = Image.new("L", (wide, int(len(lines) * size * 1.14) + size), 0)
    pen = ImageDraw.Draw(sheet)
    for i, text in enumerate(lines):
        pen.text((wide / 2, size * 0.5 + i * size * 1.14), text, fill=255, font=font, anchor="ma")
    mask = np.asarray(sheet, np.float32) / 255
    rows, columns = np.flatnonzero(mask.max(1) > 0), np.flatnonzero(mask.max(0) > 0)
    if not len(rows):
        return mask
    return np.ascontiguousarray(mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
