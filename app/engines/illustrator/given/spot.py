"""Where in a marked part something new stands, and the company brought to that place."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from app.engines.illustrator import cast, company, ties
from app.engines.illustrator.actor import Actor
from app.engines.illustrator.colour import Field
from app.engines.illustrator.stage import Place, Stage

ROOM = 0.94  # the share of the box around the figures that has to lie inside the mask


@dataclass(frozen=True)
class Spot:
    """A box, in pixels: the middle of its lower edge, and its size."""

    x: float
    foot: float
    wide: float
    tall: float


def spot(hole: Field, aspect: float) -> Spot:
    """The largest box of this aspect (width for each unit of height) that lies in the hole, the lowest of several."""
    rows, columns = np.flatnonzero(hole.any(1)), np.flatnonzero(hole.any(0))
    top, left = int(rows[0]), int(columns[0])
    height, width = int(rows[-1]) - top + 1, int(columns[-1]) - left + 1
    scale = min(96 / max(height, width), 1.0)
    part = hole[top : top + height, left : left + width].astype(np.float32)
    small = cv2.resize(
        part, (max(round(width * scale), 2), max(round(height * scale), 2)), interpolation=cv2.INTER_AREA
    )
    sums = cv2.integral(small)
    tall = min(small.shape[0], small.shape[1] / aspect)
    while tall > 3:
        h, w = max(int(tall), 1), max(int(tall * aspect), 1)
        inside = (sums[h:, w:] - sums[:-h, w:] - sums[h:, :-w] + sums[:-h, :-w]) / (h * w)
        if inside.max() >= ROOM:
            y = int(np.flatnonzero((inside >= ROOM).any(1))[-1])
            good = np.flatnonzero(inside[y] >= ROOM)
            x = float(good[len(good) // 2])
            return Spot(left + (x + w / 2) / scale, top + (y + h) / scale, w / scale, h / scale)
        tall *= 0.94
    return Spot(left + width / 2, top + height, width, height)


def gathered(stage: Stage, hole: Field) -> list[Actor]:
    """The scene's figures with all they wear and hold, standing together in the hole."""
    low = np.flatnonzero(hole.any(1))[-1] > 0.42 * stage.height
    place = Place([], [], 0.4, 0.8, "land" if low else "air", centred=True)
    actors = ties.attached(stage, company.placed(stage, place, cast.leads(stage)))
    if not actors:
        return []
    left, top, right, bottom = _around(actors)
    box = spot(hole, (right - left) / (bottom - top))
    by = 0.92 * min(box.wide / (right - left), box.tall / (bottom - top))
    foot = box.foot - 0.05 * box.tall
    middle = (left + right) / 2
    moved = [replace(a.scaled(by), x=box.x + (a.x - middle) * by, y=foot + (a.y - bottom) * by) for a in actors]
    ground = [replace(a, grounded=a.grounded or (low and abs(a.y - foot) < 2 and a.pose != "fly")) for a in moved]
    return sorted(ground, key=lambda a: (-a.back, a.y))


def _around(actors: Sequence[Actor]) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of them all."""
    return (
        min(a.x - a.wide / 2 for a in actors), min(a.y - a.tall for a in actors),
        max(a.x + a.wide / 2 for a in actors), max(a.y for a in actors),
    )  # fmt: skip
