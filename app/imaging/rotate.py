"""A picture turned or mirrored. For sandboxed children."""

from math import ceil, cos, radians, sin
from typing import cast

import numpy as np
from PIL import Image, ImageColor

from app.imaging.bounds import Bounds
from app.imaging.made import Made
from app.imaging.results import changed, family, fits, made, whole

QUARTERS = {
    90: Image.Transpose.ROTATE_270,  # Pillow turns the other way
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}
FLIPS = {
    "horizontal": Image.Transpose.FLIP_LEFT_RIGHT,
    "vertical": Image.Transpose.FLIP_TOP_BOTTOM,
}
CLEAR = {"L": "LA", "RGB": "RGBA"}


def rotate(source: bytes, *, bounds: Bounds, angle: float = 90, flip: str = "none", color: str = "#ffffff") -> Made:
    """Mirrored ("horizontal", "vertical" or "none"), then turned clockwise by `angle` degrees.

    New corners are see-through, or of the colour where the format cannot be. Refuses a result beyond the bounds.
    """
    opened = whole(source, bounds)
    angle %= 360
    see_through = family(opened.kind).alpha

    def turned(image: Image.Image) -> Image.Image:
        if flip in FLIPS:
            image = image.transpose(FLIPS[flip])
        if angle == 0:
            return image
        if angle in QUARTERS:
            return image.transpose(QUARTERS[int(angle)])
        fits(_around(image.size, angle), bounds, len(opened.frames))
        return _slanted(image, angle, None if see_through else color)

    return made(source, opened, changed(opened, turned), background=color)


def _slanted(image: Image.Image, angle: float, color: str | None) -> Image.Image:
    if image.mode == "I;16":  # has no transparency, and Pillow turns its bytes apart
        shade = cast(int, ImageColor.getcolor(color or "#ffffff", "L"))
        turned = image.convert("F").rotate(-angle, Image.Resampling.BICUBIC, expand=True, fillcolor=shade * 257)
        return Image.fromarray(np.clip(np.asarray(turned) + 0.5, 0, 0xFFFF).astype(np.uint16))
    if color is None:
        clear = image.convert(CLEAR.get(image.mode, image.mode))
        return clear.rotate(-angle, Image.Resampling.BICUBIC, expand=True)
    fill = ImageColor.getcolor(color, "L" if image.mode in ("L", "LA") else "RGB")
    return image.rotate(-angle, Image.Resampling.BICUBIC, expand=True, fillcolor=fill)


def _around(size: tuple[int, int], angle: float) -> tuple[int, int]:
    """The size of the box around a turned picture."""
    across, along = abs(cos(radians(angle))), abs(sin(radians(angle)))
    return ceil(size[0] * across + size[1] * along), ceil(size[0] * along + size[1] * across)
