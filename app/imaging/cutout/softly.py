"""Wide averages, quickly."""

from collections.abc import Sequence

import cv2
import numpy as np

from app.imaging.cutout.saliency import Field

SHARPEST = 4.0  # pixels: a wider blur is made of a smaller picture, which looks the same


def average(rgb: Field, weight: Field, reaches: Sequence[float]) -> Field:
    """The mean colour around each place, of what has weight: from near by, or where nothing is, from further off.

    `rgb` is (height, width, 3) and `weight` (height, width), 0 to 1. `reaches` are in pixels, the nearest first.
    """
    light, sure, counts = np.zeros_like(rgb), np.zeros_like(weight), 1.0
    weighted = rgb * weight[..., None]
    for reach in reaches:
        light += counts * blur(weighted, reach)
        sure += counts * blur(weight, reach)
        counts *= 1e-3
    return np.where(sure[..., None] > counts / 10, light / np.maximum(sure, 1e-12)[..., None], rgb)


def blur(field: Field, reach: float) -> Field:
    """Gaussian, `reach` pixels wide."""
    height, width = field.shape[:2]
    share = min(SHARPEST / reach, 1.0)
    size = max(round(width * share), 1), max(round(height * share), 1)
    small = cv2.resize(field, size, interpolation=cv2.INTER_AREA) if share < 1 else field
    soft = cv2.GaussianBlur(small, (0, 0), max(reach * share, 0.3))
    return np.asarray(cv2.resize(soft, (width, height)) if share < 1 else soft)
