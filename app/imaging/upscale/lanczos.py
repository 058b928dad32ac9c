"""Lanczos enlargement, band by band, with a light sharpening that adds no halos: a stand-in for a trained network."""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[Any]  # (height, width) or (height, width, channels), 8 or 16 bits

BAND = 96  # rows of the source at a time
OVERLAP = 8  # rows that a band sees of its neighbours: Lanczos reaches 3, the sharpening 2
AMOUNT = 0.6  # of the sharpening
RADIUS = 0.45  # of the sharpening, in pixels of the source


def enlarged(image: Image.Image, scale: int) -> Image.Image:
    """`scale` times the size, in the same mode: L, LA, RGB, RGBA or I;16."""
    whole = Image.new(image.mode, (image.width * scale, image.height * scale))
    for top in range(0, image.height, BAND):
        bottom = min(top + BAND, image.height)
        first, last = max(top - OVERLAP, 0), min(bottom + OVERLAP, image.height)
        part = _sharpened(image, scale, first, last)[(top - first) * scale : (bottom - first) * scale]
        whole.paste(Image.fromarray(part), (0, top * scale))
    return whole


def _sharpened(image: Image.Image, scale: int, first: int, last: int) -> Pixels:
    """Rows of the picture, enlarged. No pixel gets lighter or darker than those around it were; alpha is left alone."""
    small = image.crop((0, first, image.width, last))
    size = (small.width * scale, small.height * scale)
    large = np.asarray(small.resize(size, Image.Resampling.LANCZOS))
    low, high = _limits(np.asarray(small), size)
    soft = cv2.GaussianBlur(large, (0, 0), RADIUS * scale)
    crisp = cv2.addWeighted(large, 1 + AMOUNT, soft, -AMOUNT, 0)
    result = np.clip(crisp, low, high)
    if "A" in image.getbands():
        result[..., -1] = large[..., -1]
    return result


def _limits(small: Pixels, size: tuple[int, int]) -> tuple[Pixels, Pixels]:
    """The darkest and the lightest around each pixel, enlarged."""
    around = np.ones((3, 3), np.uint8)
    return cv2.resize(cv2.erode(small, around), size), cv2.resize(cv2.dilate(small, around), size)
