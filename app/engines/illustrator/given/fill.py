"""Filling a hole from its surroundings: patches that fit are found at every scale, the coarsest first, and blended.

The method is PatchMatch (Barnes 2009) within Wexler's space-time completion (2007): each patch of the hole looks for
the most alike patch outside, by asking its neighbours and at random; then every pixel becomes the mean of its patches.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from app.engines.illustrator.brushes.noise import smoothstep
from app.engines.illustrator.canvas import Canvas, Mask, bands
from app.engines.illustrator.colour import Field, Pixels
from app.engines.illustrator.given.membrane import membrane
from app.engines.illustrator.styles import tools

PATCH = 3  # pixels either side of a patch's middle
LARGEST = 380  # pixels along the longer side of the area searched at the finest scale of the search
COARSEST = 44
FACTS = 24  # what is left of a patch's 147 numbers after projection
LEVEL = 2.5  # how much a patch prefers matches at its own height: walls stay above floors
AROUND = 1.1  # how far around the hole patches are looked for, in widths of the hole

STEPS = np.stack(np.meshgrid(np.arange(-PATCH, PATCH + 1), np.arange(-PATCH, PATCH + 1), indexing="ij"), -1).reshape(
    -1, 2
)


@dataclass
class Level:
    """One scale of the search: the picture, where the hole is, and for each of its patches the middle of its match."""

    pixels: Pixels
    hole: Field  # boolean
    spots: Field  # (n, 2) rows and columns of patches that touch the hole
    match: Field  # (n, 2)


def fill(canvas: Canvas, hole: Field) -> Iterator[None]:
    """Fill `hole` (boolean) of the canvas from what is around it. Yields about every half a second."""
    box = _surroundings(hole)
    area = np.ascontiguousarray(canvas.pixels[box])
    inside = hole[box]
    if inside.all():
        return
    scale = min(LARGEST / max(inside.shape), 1.0)
    level: Level | None = None
    for size in _sizes(inside.shape, scale):
        level = _level(area, inside, size, level, canvas.rng)
        for _ in range(_rounds(size)):
            _search(level, canvas.rng)
            yield
            _vote(level)
            yield
    if level is not None:
        canvas.pixels[box] = yield from _at_full_size(area, inside, level)
    yield


def _surroundings(hole: Field) -> tuple[slice, slice]:
    """The part of the picture that is searched: the hole's box and some room around it."""
    rows, columns = np.flatnonzero(hole.any(1)), np.flatnonzero(hole.any(0))
    room = int(max(rows[-1] - rows[0], columns[-1] - columns[0]) * AROUND) + 24
    top, left = max(rows[0] - room, 0), max(columns[0] - room, 0)
    return slice(top, rows[-1] + room + 1), slice(left, columns[-1] + room + 1)


def _sizes(shape: tuple[int, ...], scale: float) -> list[tuple[int, int]]:
    """(width, height) of every scale, coarsest first."""
    sizes: list[tuple[int, int]] = []
    while max(shape) * scale > COARSEST or not sizes:
        sizes.append((max(round(shape[1] * scale), 2 * PATCH + 2), max(round(shape[0] * scale), 2 * PATCH + 2)))
        scale *= 0.66
    return sizes[::-1]


def _rounds(size: tuple[int, int]) -> int:
    """How often matches are looked for: most where it is cheap, and decides what goes where."""
    return 8 if max(size) < 80 else 5 if max(size) < 200 else 3


def _level(
    area: Pixels, inside: Field, size: tuple[int, int], coarser: Level | None, rng: np.random.Generator
) -> Level:
    """The next finer scale, begun with what the coarser one found."""
    hole = cv2.resize(inside.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.02
    if hole.all():
        hole = cv2.resize(inside.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.98
    pixels = _known_only(area, inside, size)
    near = cv2.dilate(hole.astype(np.uint8), np.ones((2 * PATCH + 1,) * 2, np.uint8)) > 0
    spots = np.argwhere(near).astype(np.int32)
    if coarser is None:
        begun = cv2.inpaint((pixels * 255).astype(np.uint8), hole.astype(np.uint8), 3, cv2.INPAINT_TELEA)
        pixels[hole] = begun[hole].astype(np.float32) / 255
        whole = _whole(hole)
        match = whole[rng.integers(len(whole), size=len(spots))]
        return Level(pixels, hole, spots, match)
    grown = cv2.resize(coarser.pixels, size, interpolation=cv2.INTER_CUBIC)
    pixels[hole] = np.clip(grown[hole], 0, 1)
    level = Level(pixels, hole, spots, spots)
    level.match = _carried(coarser, level)
    _vote(level)
    return level


def _known_only(area: Pixels, inside: Field, size: tuple[int, int]) -> Pixels:
    """The area made smaller, without anything of the hole bleeding into what is around it."""
    known = 1 - inside.astype(np.float32)
    share = cv2.resize(known, size, interpolation=cv2.INTER_AREA)[..., None]
    small = cv2.resize(area * known[..., None], size, interpolation=cv2.INTER_AREA)
    return np.asarray(small / np.maximum(share, 1e-3), np.float32)


def _whole(hole: Field) -> Field:
    """Middles (n, 2) of the patches that lie wholly outside the hole and inside the picture."""
    free = cv2.dilate(hole.astype(np.uint8), np.ones((2 * PATCH + 1,) * 2, np.uint8)) == 0
    free[:PATCH] = free[-PATCH:] = False
    free[:, :PATCH] = free[:, -PATCH:] = False
    if not free.any():
        free = ~hole
    return np.argwhere(free).astype(np.int32)


def _carried(coarser: Level, level: Level) -> Field:
    """The matches of the coarser scale, for the patches of this one; those that fell into the hole are moved out."""
    offsets = np.zeros((*coarser.hole.shape, 2), np.float32)
    offsets[coarser.spots[:, 0], coarser.spots[:, 1]] = coarser.match - coarser.spots
    ratio: Field = np.array(level.hole.shape) / coarser.hole.shape
    place = np.minimum((level.spots / ratio).astype(np.int32), np.array(coarser.hole.shape) - 1)
    match = np.round(level.spots + offsets[place[:, 0], place[:, 1]] * ratio).astype(np.int32)
    return _legal(match, level.hole)


def _legal(match: Field, hole: Field) -> Field:
    """Matches brought to where whole patches are: the nearest such middle."""
    whole = _whole(hole)
    free = np.ones(hole.shape, np.uint8)
    free[whole[:, 0], whole[:, 1]] = 0
    _, label = cv2.distanceTransformWithLabels(free, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    order = np.zeros((int(label.max()) + 1, 2), np.int32)
    order[label[whole[:, 0], whole[:, 1]]] = whole
    match = np.clip(match, 0, np.array(hole.shape) - 1)
    return np.asarray(order[label[match[:, 0], match[:, 1]]], np.int32)


def _facts(level: Level, rng: np.random.Generator) -> Field:
    """Each pixel's patch in FACTS numbers by its principal components, and its height: (height, width, FACTS + 1)."""
    padded = np.pad(level.pixels, ((PATCH, PATCH), (PATCH, PATCH), (0, 0)), mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (2 * PATCH + 1, 2 * PATCH + 1), (0, 1))
    height, width = level.hole.shape
    some = windows[rng.integers(height, size=1500), rng.integers(width, size=1500)].reshape(1500, -1)
    _, axes = np.linalg.eigh(np.cov(some.T.astype(np.float64)))
    axes = axes[:, -FACTS:].astype(np.float32)
    facts = np.empty((height, width, FACTS + 1), np.float32)
    facts[..., FACTS] = np.linspace(0, LEVEL, height)[:, None]
    for row in range(0, height, 64):
        part = windows[row : row + 64]
        facts[row : row + 64, :, :FACTS] = part.reshape(-1, part[0, 0].size).dot(axes).reshape(*part.shape[:2], FACTS)
    return facts


def _search(level: Level, rng: np.random.Generator) -> None:
    """One round of PatchMatch over all patches at once: neighbours' matches, then random ones ever nearer."""
    facts = _facts(level, rng)
    own = facts[level.spots[:, 0], level.spots[:, 1]]
    number = np.full(level.hole.shape, -1, np.int32)
    number[level.spots[:, 0], level.spots[:, 1]] = np.arange(len(level.spots))
    allowed = np.zeros(level.hole.shape, bool)
    whole = _whole(level.hole)
    allowed[whole[:, 0], whole[:, 1]] = True
    cost = ((own - facts[level.match[:, 0], level.match[:, 1]]) ** 2).sum(1)
    limit = np.array(level.hole.shape) - 1

    def better(guess: Field) -> None:
        nonlocal cost
        guess = np.clip(guess, 0, limit)
        price = ((own - facts[guess[:, 0], guess[:, 1]]) ** 2).sum(1)
        wins = (price < cost) & allowed[guess[:, 0], guess[:, 1]]
        level.match[wins], cost = guess[wins], np.where(wins, price, cost)

    reach = max(level.hole.shape) // 2
    for step in (1, 4, 1):
        for move in ((0, step), (step, 0), (0, -step), (-step, 0)):
            beside = np.clip(level.spots + move, 0, limit)
            known = number[beside[:, 0], beside[:, 1]]
            better(np.where((known >= 0)[:, None], level.match[known] - move, level.match))
        while reach >= 1 and step == 1:
            better(level.match + rng.integers(-reach, reach + 1, level.match.shape))
            reach //= 3
        reach = 8


def _vote(level: Level) -> None:
    """Every pixel of the hole becomes the mean of what the patches over it say, good matches saying more."""
    near = _gathered(level.pixels, level.spots)
    found = _gathered(level.pixels, level.match)
    apart = ((near - found) ** 2).mean((1, 2))
    trust = np.exp(-apart / (2 * max(float(np.quantile(apart, 0.6)), 1e-5))) + 1e-4
    total, weight = np.zeros((*level.hole.shape, 3), np.float64), np.zeros(level.hole.shape, np.float64)
    height, width = level.hole.shape
    for i, step in enumerate(STEPS):
        place = level.spots + step
        ok = ((place >= 0) & (place < (height, width))).all(1)
        flat = place[ok, 0] * width + place[ok, 1]
        for c in range(3):
            total[..., c] += np.bincount(flat, trust[ok] * found[ok, i, c], height * width).reshape(height, width)
        weight += np.bincount(flat, trust[ok], height * width).reshape(height, width)
    level.pixels[level.hole] = (total / np.maximum(weight, 1e-9)[..., None])[level.hole]


def _gathered(pixels: Pixels, middles: Field) -> Field:
    """The patches around `middles`: (n, pixels of a patch, 3)."""
    place = np.clip(middles[:, None] + STEPS, 0, np.array(pixels.shape[:2]) - 1)
    return np.asarray(pixels[place[..., 0], place[..., 1]])


def _at_full_size(area: Pixels, inside: Field, level: Level) -> Generator[None, None, Pixels]:
    """The fill at the picture's own size: its colours from the search, its detail from where the matches lie."""
    size = (area.shape[1], area.shape[0])
    soft = cv2.resize(level.pixels, size, interpolation=cv2.INTER_CUBIC)
    filled = _copied(area, inside, level, soft)
    yield
    soft[~inside] = area[~inside]
    broad = tools.blur(soft - filled, 2.0)
    filled += broad
    yield
    seamless = membrane(filled, area, inside)
    seamless[~inside] = area[~inside]
    return seamless


def _copied(area: Pixels, inside: Field, level: Level, soft: Pixels) -> Pixels:
    """The area with each pixel of the hole taken from where its match lies; from `soft` where that is a hole too."""
    ratio = np.array(area.shape[:2], np.float32) / level.hole.shape
    offsets = np.zeros((*level.hole.shape, 2), np.float32)
    offsets[level.spots[:, 0], level.spots[:, 1]] = (level.match - level.spots) * ratio
    offsets = cv2.resize(offsets, (area.shape[1], area.shape[0]), interpolation=cv2.INTER_NEAREST)
    holes = inside.astype(np.uint8)
    across = np.arange(area.shape[1], dtype=np.float32)[None]
    filled = area.copy()
    for band in bands(area.shape[0]):
        u = across + offsets[band, :, 1]
        v = np.arange(band.start, band.stop, dtype=np.float32)[:, None] + offsets[band, :, 0]
        found = cv2.remap(area, u, v, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REFLECT)
        stray = cv2.remap(holes, u, v, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REFLECT) > 0
        found[stray] = soft[band][stray]
        filled[band][inside[band]] = found[inside[band]]
    return filled


def feather(mask: Mask, reach: float) -> Mask:
    """A mask (0 or 1) whose edge rises within `reach` pixels, inwards only."""
    away = cv2.distanceTransform((mask > 0).astype(np.uint8), cv2.DIST_L2, 3)
    return np.asarray(smoothstep(0, max(reach, 1), away), np.float32)
