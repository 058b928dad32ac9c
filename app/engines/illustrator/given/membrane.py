"""Seamless borders: what is put into a hole is shifted in colour so that it meets its surroundings exactly."""

import cv2
import numpy as np

from app.engines.illustrator.colour import Field, Pixels

LARGEST = 640  # pixels along the longer side of the sheet


def membrane(put: Pixels, around: Pixels, inside: Field) -> Pixels:
    """`put`, moved by a smooth sheet stretched between its differences from `around` at the border of `inside`.

    `put` must be sensible a few pixels beyond `inside` too.
    """
    ring = (cv2.dilate(inside.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0) & ~inside
    known: Field = ring.astype(np.float32)
    apart: Field = (around - put) * known[..., None]
    scale = min(LARGEST / max(inside.shape), 1.0)
    if scale < 1:  # a sheet so smooth needs no more
        size = (max(round(inside.shape[1] * scale), 2), max(round(inside.shape[0] * scale), 2))
        known = cv2.resize(known, size, interpolation=cv2.INTER_AREA)
        apart = cv2.resize(apart, size, interpolation=cv2.INTER_AREA) / np.maximum(known, 1e-4)[..., None]
        known = (known > 0.02).astype(np.float32)
    sheet = cv2.resize(stretched(apart.astype(np.float32), known[..., None]), inside.shape[::-1])
    return np.asarray(np.clip(put + sheet, 0, 1), np.float32)


def stretched(values: Pixels, known: Field) -> Pixels:
    """`values` where `known` (height, width, 1) is 1, spread smoothly over everything else, coarse scales first."""
    height, width = values.shape[:2]
    if max(height, width) <= 4:
        mean = (values * known).sum((0, 1)) / max(float(known.sum()), 1e-6)
        return np.asarray(np.where(known > 0, values, mean), np.float32)
    size = ((width + 1) // 2, (height + 1) // 2)
    share = cv2.resize(known, size, interpolation=cv2.INTER_AREA)[..., None]
    small = cv2.resize(values * known, size, interpolation=cv2.INTER_AREA) / np.maximum(share, 1e-6)
    coarse = stretched(small.astype(np.float32), np.asarray(np.minimum(share * 4, 1), np.float32))
    grown = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    mixed = np.where(known > 0, values, grown)
    soft = cv2.GaussianBlur(mixed, (0, 0), 1.0)
    return np.asarray(np.where(known > 0, values, soft), np.float32)
