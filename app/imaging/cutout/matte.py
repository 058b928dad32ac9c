"""From a rough cut to a matte: soft where hair and fur are, at the picture's full size and in little memory.

A guided filter (He 2010) fits the cut to the picture's own edges. It is computed small and applied large, row by row
(the fast guided filter of 2015), because what it computes is smooth.
"""

from collections.abc import Iterator, Mapping
from itertools import combinations_with_replacement

import cv2
import numpy as np
from PIL import Image

from app.imaging.cutout.saliency import Field, subject

FIND, REFINE = 320, 1024  # pixels of the longer side, where the subject is looked for and where its edge is fitted
REACH = 0.012  # how far around the cut's edge the matte may be soft, of the longer side
EPSILON = 2e-4
SURE = 0.9  # how opaque a rough cut has to be to be taken at its word
BAND = 256  # rows at a time


def matte(image: Image.Image) -> Image.Image:
    """How opaque the subject of an RGB image is, by the built-in method: L, of its size."""
    rgb = np.asarray(image.convert("RGB").resize(_within(image.size, FIND), Image.Resampling.BOX))
    return refined(image, Image.fromarray(subject(rgb).astype(np.uint8) * 255))


def refined(image: Image.Image, cut: Image.Image) -> Image.Image:
    """A cut (L, of any size) fitted to the edges of the image."""
    size = _within(image.size, REFINE)
    guide = np.asarray(image.convert("RGB").resize(size, Image.Resampling.BOX), np.float32) / 255
    rough = np.asarray(cut.resize(size, Image.Resampling.BILINEAR), np.float32) / 255
    reach = max(round(REACH * max(size)), 2)
    factors = _guided(guide, rough, reach)
    ellipse = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    surely = (rough > SURE).astype(np.float32), (rough > 1 - SURE).astype(np.float32)
    limits = np.dstack((cv2.erode(surely[0], ellipse), cv2.dilate(surely[1], ellipse)))
    whole = np.empty((image.height, image.width), np.uint8)
    for rows in bands(image.height):
        factor, limit = (enlarged(field, image.size, rows) for field in (factors, limits))
        pixels = np.asarray(image.crop((0, rows.start, image.width, rows.stop)).convert("RGB"), np.float32) / 255
        soft = np.einsum("yxc,yxc->yx", pixels, factor[..., :3]) + factor[..., 3]
        soft = np.clip((soft - 0.1) / 0.8, limit[..., 0], limit[..., 1])
        whole[rows] = (soft * 255 + 0.5).astype(np.uint8)
    return Image.fromarray(whole)


def bands(height: int) -> Iterator[slice]:
    """Slices of rows, from top to bottom."""
    for top in range(0, height, BAND):
        yield slice(top, min(top + BAND, height))


def enlarged(field: Field, size: tuple[int, int], rows: slice) -> Field:
    """Rows of a small field (height, width, channels ≤ 4) as they would be if it were enlarged to `size`."""
    width, height = size
    across, down = field.shape[1] / width, field.shape[0] / height
    back = np.array([[across, 0, (across - 1) / 2], [0, down, (rows.start + 0.5) * down - 0.5]])
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(
        field, back, (width, rows.stop - rows.start), flags=how, borderMode=cv2.BORDER_REPLICATE
    ).astype(np.float32)


def _guided(guide: Field, cut: Field, reach: int) -> Field:
    """The filter's linear factors for red, green, blue, and its offset: (height, width, 4)."""

    def mean(field: Field) -> Field:
        return np.asarray(cv2.boxFilter(field, -1, (2 * reach + 1, 2 * reach + 1)))

    colour, level = mean(guide), mean(cut)
    with_cut = mean(guide * cut[..., None]) - colour * level[..., None]
    spread = {
        (i, j): mean(guide[..., i] * guide[..., j]) - colour[..., i] * colour[..., j] + EPSILON * (i == j)
        for i, j in combinations_with_replacement(range(3), 2)
    }
    factors = _solved(spread, with_cut)
    offset = level - (factors * colour).sum(-1)
    return mean(np.dstack((factors, offset)).astype(np.float32))


def _solved(matrix: Mapping[tuple[int, int], Field], right: Field) -> Field:
    """Symmetric 3 × 3 equations for every pixel, by cofactors: a tenth of the time that a solver takes for each."""
    a, b, c, d, e, f = (matrix[place] for place in ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)))
    inverse = np.array(
        [
            [d * f - e * e, c * e - b * f, b * e - c * d],
            [c * e - b * f, a * f - c * c, b * c - a * e],
            [b * e - c * d, b * c - a * e, a * d - b * b],
        ]
    )
    determinant = a * inverse[0, 0] + b * inverse[0, 1] + c * inverse[0, 2]
    return np.asarray(np.einsum("ijyx,yxj->yxi", inverse, right) / determinant[..., None], np.float32)


def _within(size: tuple[int, int], longest: int) -> tuple[int, int]:
    share = min(longest / max(size), 1.0)
    return max(round(size[0] * share), 1), max(round(size[1] * share), 1)
