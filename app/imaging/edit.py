"""Painting on a part of a picture at a size an engine can manage, and bringing only the marked pixels back."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image

AROUND = 1.2  # how much of its surroundings the engine sees, in sizes of the marked part
FEATHER = 0.004  # of the part's longer side: how softly an enlarged repaint begins, inside the mask

Box = tuple[int, int, int, int]


class Edit:
    """`part` and `mask_of_part` (L, white = repaint) are for the engine, at most `longest` pixels on a side.

    A picture that is larger is not reduced as a whole: the engine sees the marked part and what is around it.
    """

    def __init__(self, picture: Image.Image, mask: Image.Image, *, longest: int) -> None:
        self.picture = picture
        self.mask = mask
        self.box: Box = (0, 0, *picture.size) if max(picture.size) <= longest else _around(mask)
        part, marked = picture.crop(self.box), mask.crop(self.box)
        self.scaled = max(part.size) > longest
        if self.scaled:
            share = longest / max(part.size)
            size = (max(round(part.width * share), 1), max(round(part.height * share), 1))
            part = part.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
            marked = marked.resize(size, Image.Resampling.BILINEAR)
        self.part, self.mask_of_part = part, marked

    def finished(self, painted: Image.Image) -> Image.Image:
        """The whole picture with the repainted part; every pixel that is not marked is as it was."""
        new = painted.convert(self.picture.mode)
        old, marked = self.picture.crop(self.box), self.mask.crop(self.box)
        if new.size != old.size:
            new = new.resize(old.size, Image.Resampling.BICUBIC)
        whole = self.picture.copy()
        whole.paste(Image.composite(new, old, _inside(marked) if self.scaled else marked), self.box)
        return whole


def _around(mask: Image.Image) -> Box:
    """The marked part and its surroundings."""
    left, top, right, bottom = mask.getbbox() or (0, 0, *mask.size)
    reach = round(AROUND * max(right - left, bottom - top))
    return max(left - reach, 0), max(top - reach, 0), min(right + reach, mask.width), min(bottom + reach, mask.height)


def _inside(mask: Image.Image) -> Image.Image:
    """From 0 at the edge of what is marked to 255 within."""
    reach = max(FEATHER * max(mask.size), 1.0)
    away = cv2.distanceTransform(np.asarray(mask), cv2.DIST_L2, 3)
    return Image.fromarray((np.clip(away / reach, 0, 1) * 255).astype(np.uint8))
