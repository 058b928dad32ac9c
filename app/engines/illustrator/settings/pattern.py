"""Free composition in cut paper, for words that name nothing to draw: form and colours follow what they feel like."""

from collections.abc import Callable
from functools import partial
from itertools import pairwise

import numpy as np

from app.engines.illustrator.brushes import cut
from app.engines.illustrator.brushes.noise import line
from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.colour import RGB, Field, mix, ramp, rgb
from app.engines.illustrator.read import digest
from app.engines.illustrator.stage import Place, Stage

Tones = list[RGB]


def compose(stage: Stage) -> Place:
    tones = [rgb(c) for c in stage.scene.palette]
    while len(tones) < 5:
        tones.append(mix(tones[0], tones[-1], 0.35 + 0.1 * len(tones)))
    names = list(FORMS)
    form = stage.scene.form or names[digest(stage.scene.prompt) % len(names)]
    back: list[Layer] = [partial(_ground, tones=tones), *FORMS[form](stage, tones)]
    return Place(back, [], 0.5, 0.86)


def _ground(canvas: Canvas, tones: Tones) -> None:
    at = np.linspace(0, 1, canvas.height, dtype=np.float32)
    canvas.pixels[:] = ramp([(0, tones[0]), (1, mix(tones[0], tones[1], 0.35))], at)[:, None]


def waves(stage: Stage, tones: Tones) -> list[Layer]:
    """Sheet over sheet of swelling waves, with a disc above them."""
    disc = (float(stage.rng.choice([0.32, 0.68])), float(stage.rng.uniform(0.24, 0.34)))
    layers: list[Layer] = [partial(_disc, x=disc[0], y=disc[1], radius=0.15, tone=tones[3])]
    colours = ramp([(0, tones[1]), (0.5, tones[2]), (1, tones[4])], np.linspace(0, 1, 7, dtype=np.float32))
    return layers + [partial(_wave, at=0.34 + 0.105 * i, tone=colours[i]) for i in range(7)]


def _wave(canvas: Canvas, at: float, tone: RGB) -> None:
    x = np.linspace(0, 1, 160)
    swell = line(canvas.rng, 160, 70, 2, 0.3)
    y = (at + 0.055 * swell + 0.03 * np.sin(x * 9 + canvas.rng.uniform(0, 6))) * canvas.height
    points = np.concatenate(
        [np.stack([x * canvas.width, y], -1), [[canvas.width, canvas.height * 1.1], [0, canvas.height * 1.1]]]
    )
    cut.sheet(canvas, cut.polygon(canvas, points), tone, 0.012)


def _disc(canvas: Canvas, x: float, y: float, radius: float, tone: RGB) -> None:
    cut.sheet(canvas, cut.polygon(canvas, _round(canvas, x, y, radius)), tone)


def _round(canvas: Canvas, x: float, y: float, radius: float, start: float = 0.0, end: float = 2 * np.pi) -> Field:
    t = np.linspace(start, end, 120)
    ring = np.stack([np.cos(t), np.sin(t)], -1) * radius * canvas.unit
    return np.asarray(ring + np.array([x * canvas.width, y * canvas.height]))


def circles(stage: Stage, tones: Tones) -> list[Layer]:
    """Large discs, each holding smaller ones, overlapping off the middle."""
    layers: list[Layer] = []
    spots = stage.rng.uniform(0.08, 0.92, (9, 2))
    sizes = np.sort(stage.rng.uniform(0.05, 0.30, 9))[::-1]
    for i, ((x, y), size) in enumerate(zip(spots, sizes, strict=True)):
        for k, share in enumerate((1.0, 0.72, 0.42)[: 1 + int(stage.rng.integers(3))]):
            layers.append(
                partial(_disc, x=float(x), y=float(y), radius=float(size * share), tone=tones[1 + (i + k) % 4])
            )
    return layers


def stripes(stage: Stage, tones: Tones) -> list[Layer]:
    """Parallel bands of unequal width, all at one slant."""
    slant = float(stage.rng.choice([0.0, 0.35, -0.35, 0.8]))
    edges = np.cumsum(stage.rng.uniform(0.04, 0.16, 16)) - 0.55
    return [partial(_band, start=float(a), wide=float(b - a) * 0.62, slant=slant, tone=tones[1 + i % 4])
            for i, (a, b) in enumerate(pairwise(edges))]  # fmt: skip


def _band(canvas: Canvas, start: float, wide: float, slant: float, tone: RGB) -> None:
    w, h, u = canvas.width, canvas.height, canvas.unit
    lean, x = slant * h, (start + 0.25) * max(w, u)
    points = np.array([(x, -10), (x + wide * w, -10), (x + wide * w + lean, h + 10), (x + lean, h + 10)])
    cut.sheet(canvas, cut.polygon(canvas, points), tone, 0.008)


def triangles(_stage: Stage, tones: Tones) -> list[Layer]:
    """A grid of right-angled triangles, each turned its own way."""
    return [partial(_grid, tones=tones, kinds=("triangle",), cells=6)]


def squares(_stage: Stage, tones: Tones) -> list[Layer]:
    """A quilt of squares, quarter circles and half circles."""
    return [partial(_grid, tones=tones, kinds=("square", "quarter", "half", "dot"), cells=5)]


def _grid(canvas: Canvas, tones: Tones, kinds: tuple[str, ...], cells: int) -> None:
    size = canvas.unit / cells
    columns, rows = int(np.ceil(canvas.width / size)), int(np.ceil(canvas.height / size))
    left, top = (canvas.width - columns * size) / 2, (canvas.height - rows * size) / 2
    masks = [np.zeros((canvas.height, canvas.width), np.float32) for _ in tones]
    for row in range(rows):
        for column in range(columns):
            first, second = canvas.rng.choice(len(tones), 2, replace=False)
            x, y = left + column * size, top + row * size
            box = np.array([(x, y), (x + size, y), (x + size, y + size), (x, y + size)])
            _fill(canvas, box, tones[int(first)])
            shape = _motif(box, size, str(canvas.rng.choice(kinds)), int(canvas.rng.integers(4)))
            masks[int(second)] = np.maximum(masks[int(second)], cut.polygon(canvas, shape))
    for mask, tone in zip(masks, tones, strict=True):
        cut.sheet(canvas, mask, tone, 0.006, 0.26)


def _fill(canvas: Canvas, box: Field, tone: RGB) -> None:
    x0, y0 = np.maximum(np.round(box[0]).astype(int), 0)
    x1, y1 = np.maximum(np.round(box[2]).astype(int), 0)
    canvas.pixels[y0:y1, x0:x1] = tone


def _motif(box: Field, size: float, kind: str, turn: int) -> Field:
    corners = np.roll(box, turn, 0)
    if kind == "triangle":
        return corners[:3]
    if kind == "square":
        middle = box.mean(0)
        return np.asarray(middle + (box - middle) * 0.52)
    start = turn * np.pi / 2
    if kind == "quarter":
        t = np.linspace(0, np.pi / 2, 40) + np.array([0, np.pi / 2, np.pi, 1.5 * np.pi])[turn]
        origin = box[[0, 1, 2, 3][turn]]
        return np.concatenate([[origin], origin + size * np.stack([np.cos(t), np.sin(t)], -1)])
    t = np.linspace(0, np.pi if kind == "half" else 2 * np.pi, 60) + start
    round_ = size * (0.5 if kind == "half" else 0.32) * np.stack([np.cos(t), np.sin(t)], -1)
    return np.asarray(box.mean(0) + round_)


def spiral(stage: Stage, tones: Tones) -> list[Layer]:
    """Quarter turns that grow by the golden ratio, sheet under sheet."""
    x, y = float(stage.rng.uniform(0.36, 0.64)), float(stage.rng.uniform(0.4, 0.6))
    sizes = 0.035 * 1.618 ** np.arange(8)[::-1]
    turn = float(stage.rng.uniform(0, 6))
    layers: list[Layer] = []
    for i, size in enumerate(sizes):
        at = turn + i * 2.4
        spot = (x + 0.42 * float(size) * np.cos(at), y + 0.42 * float(size) * np.sin(at))
        layers.append(partial(_disc, x=spot[0], y=spot[1], radius=float(size), tone=tones[(i + 1) % 5]))
    return layers


def burst(stage: Stage, tones: Tones) -> list[Layer]:
    """Rays from one point, a star over them, discs flung outwards."""
    x, y = float(stage.rng.choice([0.36, 0.64])), float(stage.rng.uniform(0.4, 0.6))
    layers: list[Layer] = [partial(_rays, x=x, y=y, number=int(stage.rng.integers(11, 19)), tones=tones)]
    layers += [partial(_star, x=x, y=y, radius=r, tone=tones[t]) for r, t in ((0.30, 2), (0.20, 3), (0.11, 0))]
    for i in range(10):
        angle, away = i * 2.4 + float(stage.rng.uniform(0, 1)), float(stage.rng.uniform(0.3, 0.62))
        spot = (x + away * np.cos(angle), y + away * np.sin(angle))
        layers.append(
            partial(_disc, x=spot[0], y=spot[1], radius=float(stage.rng.uniform(0.012, 0.045)), tone=tones[i % 5])
        )
    return layers


def _rays(canvas: Canvas, x: float, y: float, number: int, tones: Tones) -> None:
    centre = np.array([x * canvas.width, y * canvas.height])
    far = 1.6 * max(canvas.width, canvas.height)
    start = canvas.rng.uniform(0, 6)
    mask = np.zeros((canvas.height, canvas.width), np.float32)
    for i in range(number):
        t = start + (i + np.array([0, 0.5])) * 2 * np.pi / number
        edge = centre + far * np.stack([np.cos(t), np.sin(t)], -1)
        mask = np.maximum(mask, cut.polygon(canvas, np.concatenate([[centre], edge])))
    cut.sheet(canvas, mask, tones[1], 0.006, 0.2)


def _star(canvas: Canvas, x: float, y: float, radius: float, tone: RGB) -> None:
    t = np.linspace(0, 2 * np.pi, 33)[:-1] + canvas.rng.uniform(0, 1)
    reach = np.where(np.arange(32) % 2, 0.62, 1.0) * radius * canvas.unit
    points = np.stack([np.cos(t), np.sin(t)], -1) * reach[:, None] + np.array([x * canvas.width, y * canvas.height])
    cut.sheet(canvas, cut.polygon(canvas, points), tone)


FORMS: dict[str, Callable[[Stage, Tones], list[Layer]]] = {
    "waves": waves, "circles": circles, "stripes": stripes, "triangles": triangles, "squares": squares,
    "spiral": spiral, "burst": burst,
}  # fmt: skip
