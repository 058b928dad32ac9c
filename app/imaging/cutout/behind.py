"""What stands behind a cut-out: RGB, of the picture's size."""

import numpy as np
from PIL import Image, ImageColor, ImageOps

from app.imaging.cutout.softly import average

SMALL = 1024  # pixels of the longer side: a blur holds no more detail
STRONGEST = 0.05  # the blur's radius at 100, of the longer side


def coloured(size: tuple[int, int], color: str) -> Image.Image:
    return Image.new("RGB", size, ImageColor.getrgb(color))


def fitted(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The picture filling the size, cut where it sticks out; on white where it is see-through."""
    full = ImageOps.fit(picture, size, Image.Resampling.LANCZOS)
    if full.mode == "RGBA":
        white = Image.new("RGB", size, "white")
        white.paste(full, mask=full.getchannel("A"))
        return white
    return full


def blurred(image: Image.Image, alpha: Image.Image, strength: int) -> Image.Image:
    """The background out of focus. The subject does not glow into it: what it hides is filled from around it."""
    share = min(SMALL / max(image.size), 1.0)
    size = max(round(image.width * share), 1), max(round(image.height * share), 1)
    rgb = np.asarray(image.convert("RGB").resize(size, Image.Resampling.BOX), np.float32)
    away = 1 - np.asarray(alpha.resize(size, Image.Resampling.BOX), np.float32) / 255
    reach = max(strength / 100 * STRONGEST * max(size), 0.3)
    small = average(rgb, away, (reach, 4 * reach, max(size) / 2))
    return Image.fromarray(np.clip(small + 0.5, 0, 255).astype(np.uint8)).resize(image.size, Image.Resampling.BICUBIC)
