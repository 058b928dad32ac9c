"""A picture and its matte, together: see-through, or before a background. Row by row, so that memory stays small.

Where the matte is soft, a pixel's colour is a mixture of subject and old background. The subject's own colour is
estimated from its surroundings (blur fusion, Forte 2021), so that no rim of the old background remains.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.imaging.cutout.matte import bands, enlarged
from app.imaging.cutout.saliency import Field
from app.imaging.cutout.softly import average

SMALL = 384  # pixels of the longer side at which surroundings are averaged: a blur of REACH holds no more
REACH = 0.012  # of the longer side


def see_through(image: Image.Image, alpha: Image.Image) -> Image.Image:
    """RGBA. What cannot be seen at all is black, so that nothing of the background stays in the file."""
    whole = Image.new("RGBA", image.size)
    around = _surroundings(image, alpha)
    for rows in bands(image.height):
        colour, share = _subject(image, alpha, around, rows)
        whole.paste(Image.fromarray(np.dstack((colour * (share > 0)[..., None], share))), (0, rows.start))
    return whole


def put_before(image: Image.Image, alpha: Image.Image, background: Image.Image) -> None:
    """The subject, before an RGB background of the same size, which is painted on."""
    around = _surroundings(image, alpha)
    for rows in bands(image.height):
        colour, share = _subject(image, alpha, around, rows)
        behind = np.asarray(background.crop((0, rows.start, image.width, rows.stop)))
        part = share[..., None].astype(np.uint16)
        mixed = (colour * part + behind * (255 - part) + 127) // 255
        background.paste(Image.fromarray(mixed.astype(np.uint8)), (0, rows.start))


def _subject(
    image: Image.Image, alpha: Image.Image, around: tuple[Field, Field], rows: slice
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Rows of the subject's own colours, and of the matte."""
    box = (0, rows.start, image.width, rows.stop)
    colour = np.array(image.crop(box).convert("RGB"))
    share = np.asarray(alpha.crop(box))
    soft = (share > 0) & (share < 255)
    if soft.any():
        part = (share[soft].astype(np.float32) / 255)[:, None]
        own, other = (enlarged(field, image.size, rows)[soft] for field in around)
        clean = own + part * (colour[soft] - part * own - (1 - part) * other)
        colour[soft] = np.clip(clean + 0.5, 0, 255).astype(np.uint8)
    return colour, share


def _surroundings(image: Image.Image, alpha: Image.Image) -> tuple[Field, Field]:
    """The mean colours of subject and background near each place, small: (height, width, 3), 0 to 255."""
    share = min(SMALL / max(image.size), 1.0)
    size = max(round(image.width * share), 1), max(round(image.height * share), 1)
    rgb = np.asarray(image.convert("RGB").resize(size, Image.Resampling.BOX), np.float32)
    part = np.asarray(alpha.resize(size, Image.Resampling.BOX), np.float32) / 255
    return _mean(rgb, part), _mean(rgb, 1 - part)


def _mean(rgb: Field, weight: Field) -> Field:
    """Of what surely belongs there, from near by where that is possible."""
    reach = max(REACH * max(weight.shape), 1.0)
    return average(rgb, weight**4, (reach, 6 * reach))
