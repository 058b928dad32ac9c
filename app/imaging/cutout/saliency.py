"""Where the subject of a picture is: by colour and place, cut along its edges. A stand-in for a trained network.

What a picture is about seldom has the colours of its rim, and stands near the middle, upright. Both together mark what
surely belongs to it and what surely does not; GrabCut settles the rest.
"""

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]  # (height, width, 3), RGB
Field = NDArray[Any]  # (height, width), float32: numpy's own types widen it at every step

RIM = 20  # the part of the longer side that counts as rim
COLOURS = 5  # of each side of the rim
BY_PLACE = 0.65  # how much the place counts, against the colour
SPREAD = (0.24, 0.38)  # of the place's bell, in widths and heights
LIKELY, SURE, HARDLY = 0.75, 0.95, 0.45  # quantiles
ROUNDS = 4
GRAIN = 1
CRUMB = 0.05  # of the largest part: what is smaller is dropped
PINHOLE = 0.002  # of the picture: what is smaller is filled
SMALLEST = 8  # pixels a side, below which there is nothing to tell apart


def subject(rgb: Pixels) -> Field:
    """What the picture is about, as (height, width). All of it where there is nothing to tell apart."""
    if min(rgb.shape[:2]) < SMALLEST or int(np.ptp(rgb)) < 3:
        return np.ones(rgb.shape[:2], np.bool_)
    cv2.setRNGSeed(1)  # k-means and GrabCut draw lots
    return _grab(rgb, unlike_the_rim(rgb) * (1 - BY_PLACE) + _place(*rgb.shape[:2]) * BY_PLACE)


def _grab(rgb: Pixels, chance: Field) -> Field:
    likely, sure, hardly = np.quantile(chance, (LIKELY, SURE, HARDLY))
    mask = np.where(chance > likely, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    mask[chance >= sure] = cv2.GC_FGD
    mask[chance <= hardly] = cv2.GC_BGD
    grain = np.random.default_rng(1).integers(-GRAIN, GRAIN + 1, rgb.shape)  # GrabCut takes for ever where all is flat
    bgr = np.clip(rgb[..., ::-1] + grain, 0, 255).astype(np.uint8)
    cv2.grabCut(bgr, mask, (0, 0, 1, 1), np.zeros((1, 65)), np.zeros((1, 65)), ROUNDS, cv2.GC_INIT_WITH_MASK)
    return _tidied((mask == cv2.GC_FGD) | (mask == cv2.GC_PR_FGD))


def _tidied(cut: Field) -> Field:
    """Without crumbs, and without pinholes."""
    if not cut.any():
        return cut
    _, parts, about, _ = cv2.connectedComponentsWithStats(cut.astype(np.uint8))
    sizes = about[:, cv2.CC_STAT_AREA] * (np.arange(len(about)) > 0)
    cut = (sizes >= CRUMB * sizes.max())[parts]
    _, holes, about, _ = cv2.connectedComponentsWithStats((~cut).astype(np.uint8))
    pinholes = (about[:, cv2.CC_STAT_AREA] < PINHOLE * cut.size) & (np.arange(len(about)) > 0)
    return np.asarray(cut | pinholes[holes])


def unlike_the_rim(rgb: Pixels) -> Field:
    """How far each colour is, in CIELAB, from those of the two sides of the rim it is nearest to: 0 to 1."""
    lab: Field = cv2.GaussianBlur(cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB), (0, 0), 2)
    deep = max(max(lab.shape) // RIM, 1)
    sides = lab[:deep], lab[-deep:], lab[:, :deep], lab[:, -deep:]
    near, next_ = np.sort(np.stack([_away(lab, side.reshape(-1, 3)) for side in sides]), 0)[:2]
    away = 0.6 * near + 0.4 * next_
    return np.asarray(np.clip(away / max(float(np.quantile(away, 0.97)), 1e-3), 0, 1), np.float32)


def _away(lab: Field, side: Field) -> Field:
    """The distance to the nearest of the side's main colours."""
    count = min(COLOURS, len(side))
    until = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 10, 1.0)
    labels = np.zeros((len(side), 1), np.int32)
    _, _, colours = cv2.kmeans(np.ascontiguousarray(side), count, labels, until, 1, cv2.KMEANS_PP_CENTERS)
    return np.asarray(np.sqrt(np.min([((lab - colour) ** 2).sum(-1) for colour in colours], 0)))


def _place(height: int, width: int) -> Field:
    across = (np.arange(width, dtype=np.float32) + 0.5) / width - 0.5
    down = (np.arange(height, dtype=np.float32) + 0.5) / height - 0.52
    return np.asarray(np.exp(-(across[None] ** 2) / (2 * SPREAD[0] ** 2) - down[:, None] ** 2 / (2 * SPREAD[1] ** 2)))
