"""A city: towers behind towers, glass by day, lit windows by night, a street in front."""

from functools import partial

import cv2
import numpy as np

from app.engines.illustrator.brushes import floor, glow, sky
from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.colour import Field, lighter, mix, rgb
from app.engines.illustrator.light import Light
from app.engines.illustrator.stage import Place, Stage

BLOCKS = 4
WALLS = ("#8c9bb5", "#b59f94", "#7f8fa6", "#a7a3b8", "#94a7a6", "#c2ab8f")
LAMPS = ("#ffd98a", "#ffe9b8", "#ffc36b", "#ffe0a0", "#bfe3ff")


def compose(stage: Stage) -> Place:
    light, rng = stage.light, stage.rng
    horizon = float(rng.uniform(0.68, 0.74))
    back: list[Layer] = sky.layers(light, horizon, stage.scene.weather)
    back += [partial(_block, light=light, near=i / (BLOCKS - 1), horizon=horizon) for i in range(BLOCKS)]
    back.append(partial(_embankment, light=light, horizon=horizon))
    deep = mix(light.shade, light.sky[0], 0.4)
    back.append(partial(floor.water, horizon=horizon + 0.056, light=light, deep=deep, calm=0.72, clear=0.8))
    if stage.scene.subjects:
        back.append(partial(_quay, light=light, horizon=0.80))
    return Place(back, [], horizon, 0.92)


def _block(canvas: Canvas, light: Light, near: float, horizon: float) -> None:
    """One row of towers, from left to right, tallest off the middle."""
    rng, unit = canvas.rng, canvas.unit
    base = int((horizon + 0.012 + 0.035 * near) * canvas.height)
    centre = rng.choice([0.3, 0.7])
    x = -unit * 0.05
    while x < canvas.width:
        wide = unit * rng.uniform(0.05, 0.10) * (0.8 + 0.5 * near)
        hill = 1 - min(abs(x / canvas.width - centre) * 1.5, 0.85)
        tall = unit * (0.12 + rng.uniform(0.1, 0.5) * hill * (1.05 - 0.45 * near))
        _tower(canvas, light, int(x), base, int(wide), int(tall), near)
        x += wide * rng.uniform(0.85, 1.5)


def _tower(canvas: Canvas, light: Light, left: int, base: int, wide: int, tall: int, near: float) -> None:
    rng = canvas.rng
    wall = mix(rgb(str(rng.choice(WALLS))) * light.ambient, light.shade, 0.25 + 0.62 * light.dark)
    wall = mix(light.haze, wall, 0.30 + 0.68 * near)
    shape = _outline(rng, wide, tall)
    face = np.ones((shape.shape[0], wide, 3), np.float32) * wall
    edge = int(wide * 0.72) if light.x < 0.5 else int(wide * 0.28)
    dim = np.s_[:, edge:] if light.x < 0.5 else np.s_[:, :edge]
    face[dim] = lighter(wall, -0.07)
    face += np.linspace(0.05, -0.04, face.shape[0], dtype=np.float32)[:, None, None]
    _windows(canvas, face, light, near)
    canvas.lay(shape, face, base - shape.shape[0], left, int(200 - 130 * near))
    if rng.random() < 0.2:
        mast = int(tall * rng.uniform(0.08, 0.22))
        canvas.lay(
            np.ones((mast, max(int(canvas.unit * 0.003), 1)), np.float32),
            wall,
            base - shape.shape[0] - mast,
            left + wide // 2,
        )


def _outline(rng: np.random.Generator, wide: int, tall: int) -> Field:
    shape = np.ones((tall, wide), np.float32)
    kind = rng.random()
    if kind < 0.35:
        step, high = int(wide * rng.uniform(0.12, 0.3)), int(tall * rng.uniform(0.06, 0.18))
        shape[:high, :step] = 0
        shape[:high, wide - step :] = 0
    elif kind < 0.5:
        high = int(min(wide * 0.6, tall * 0.3))
        rise = np.linspace(0, high, wide) if rng.random() < 0.5 else np.linspace(high, 0, wide)
        shape *= np.clip(np.arange(tall)[:, None] - rise + 0.5, 0, 1).astype(np.float32)
    return shape


def _windows(canvas: Canvas, face: Field, light: Light, near: float) -> None:
    rng, unit = canvas.rng, canvas.unit
    cell_w, cell_h = max(unit * 0.0125, 3.0) * (0.7 + 0.5 * near), max(unit * 0.017, 4.0) * (0.7 + 0.5 * near)
    columns, rows = int(face.shape[1] / cell_w), int(face.shape[0] / cell_h)
    if columns < 1 or rows < 1:
        return
    lit = (rng.random((rows, columns)) < 0.10 + 0.42 * light.dark).astype(np.float32) * min(1, 0.15 + light.dark * 1.4)
    lamp = np.stack([rgb(c) for c in LAMPS])[rng.integers(len(LAMPS), size=(rows, columns))]
    lamp *= rng.uniform(0.75, 1.1, (rows, columns, 1)).astype(np.float32)
    glass = mix(light.sky[1], light.shade, 0.35 + 0.4 * light.dark)
    panes = glass + (lamp - glass) * lit[..., None]
    size = (face.shape[1], face.shape[0])
    colour = cv2.resize(panes.astype(np.float32), size, interpolation=cv2.INTER_NEAREST)
    u, v = (np.arange(size[0]) / size[0] * columns) % 1, (np.arange(size[1]) / size[1] * rows) % 1
    pane = ((abs(u - 0.5) < 0.3)[None] & (abs(v - 0.5) < 0.32)[:, None]).astype(np.float32)
    share = pane * (0.35 + 0.6 * cv2.resize(lit, size, interpolation=cv2.INTER_NEAREST)) * (0.45 + 0.5 * near)
    face += (colour - face) * share[..., None]


def _embankment(canvas: Canvas, light: Light, horizon: float) -> None:
    """A line of trees and a wall: the towers stand on something."""
    rng, unit = canvas.rng, canvas.unit
    base = (horizon + 0.047) * canvas.height
    mask = np.zeros((canvas.height, canvas.width), np.uint8)
    for x in np.arange(0, canvas.width, unit * 0.014):
        radius = unit * rng.uniform(0.006, 0.016)
        spot = (int((x + rng.uniform(-0.01, 0.01) * unit) * 16), int((base - radius * rng.uniform(0.2, 1.1)) * 16))
        cv2.circle(mask, spot, int(radius * 16), 255, -1, cv2.LINE_AA, 4)
    leaves = mix(mix(rgb("#4d7a55") * light.ambient, light.shade, 0.2 + 0.6 * light.dark), light.haze, 0.15)
    canvas.lay(mask.astype(np.float32) / 255, leaves, depth=90)
    wall = mix(rgb("#8d8a92") * light.ambient, light.shade, 0.25 + 0.55 * light.dark)
    tall = max(int(unit * 0.012), 2)
    canvas.lay(np.ones((tall, canvas.width), np.float32), wall, int(base) - 1, 0, 85)
    if light.dark > 0.4:
        for x in np.arange(unit * 0.03, canvas.width, unit * 0.075):
            glow.halo(canvas, float(x), base - unit * 0.006, unit * 0.018, rgb("#ffd9a0"), 0.95)


def _quay(canvas: Canvas, light: Light, horizon: float) -> None:
    stone = mix(rgb("#a79f98") * light.ambient, light.shade, 0.6 * light.dark)
    floor.plain(canvas, horizon, lighter(stone, 0.03), lighter(stone, -0.07), 0.12)
