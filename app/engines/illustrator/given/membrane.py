"""Seamless borders: what is put into a hole is shifted in colour so that it meets its surroundings exactly."""

import cv2
import numpy as np

from app.engines.illustrator.colour import Field, Pixels


def membrane(put: Pixels, around: Pixels, inside: Field) -> Pixels:
    """`put`, moved by a smooth sheet stretched between its differences from `around` at the border of `inside`.

    `put` must be sensible a few pixels beyond `inside` too.
    """
    ring = (cv2.dilate(inside.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0) & ~inside
    known = ring.astype(np.float32)[..., None]
    sheet = stretched(np.where(ring[..., None], around - put, 0).astype(np.float32), known)
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
