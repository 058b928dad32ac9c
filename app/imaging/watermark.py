"""The small mark on free pictures: the site's name, low in a corner, legible on light and dark."""

from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

SHARE = 0.035  # of the shorter side
INK, SHADE = 225, 150  # how opaque the letters and the shadow under them are, of 255


def mark(image: Image.Image, name: str, font: Path) -> Image.Image:
    """A copy with the mark, the picture's mode and size kept. `font` is a variable font with weights."""
    size = max(14, round(min(image.size) * SHARE))
    letters = _letters(name, _font(font, size), size)
    at = (max(0, image.width - letters.width), max(0, image.height - letters.height))
    corner = image.crop((*at, *image.size))
    box = (0, 0, *corner.size)
    shadow = letters.filter(ImageFilter.GaussianBlur(size / 8)).point(lambda v: v * SHADE // 255)
    corner.paste("black", box, shadow.crop(box))
    corner.paste("white", box, letters.point(lambda v: v * INK // 255).crop(box))
    marked = image.copy()
    marked.paste(corner, at)
    return marked


def _letters(name: str, font: ImageFont.FreeTypeFont, size: int) -> Image.Image:
    """The name as a mask, with room around it for the shadow and the picture's edge."""
    left, top, right, bottom = font.getbbox(name)
    mask = Image.new("L", (round(right - left) + 2 * size, round(bottom - top) + 2 * size))
    ImageDraw.Draw(mask).text((size - left, size - top), name, fill=255, font=font)
    return mask


@cache
def _font(path: Path, size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(str(path), size)
    font.set_variation_by_axes([min(144, max(9, size)), 600])
    return font
