"""A village: houses on rolling hills, a church among them, smoke and trees, a path that leads in."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from app.engines.illustrator.brushes import drawing, floor, glow, ridge, sky
from app.engines.illustrator.brushes.noise import line, smoothstep
from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.colour import lighter, mix, rgb
from app.engines.illustrator.light import Light
from app.engines.illustrator.settings import nature
from app.engines.illustrator.stage import Place, Stage

HOUSES = ("house", "house-with-garden", "house", "hut", "houses")


def compose(stage: Stage) -> Place:
    light, rng = stage.light, stage.rng
    horizon = float(rng.uniform(0.5, 0.58))
    tone = nature.green(stage)
    back: list[Layer] = sky.layers(light, horizon, stage.scene.weather)
    back.append(partial(_far, light=light, horizon=horizon))
    for i, far in enumerate((0.9, 0.45)):
        back.append(partial(nature.hill, light=light, far=far, horizon=horizon + 0.05 * i, tone=tone, swell=0.07))
        back.append(partial(_houses, stage=stage, row=i, y=horizon + 0.055 + 0.075 * i))
    back.append(
        partial(floor.plain, horizon=horizon + 0.17, far=lighter(tone, 0.04), near=lighter(tone, -0.06), grain=0.16)
    )
    back.append(partial(nature.blades, stage=stage, tone=tone, top=horizon + 0.18))
    back.append(partial(_path, light=light, start=horizon + 0.165, lean=float(rng.uniform(-0.4, 0.4))))
    back.append(partial(nature.trees, stage=stage, horizon=horizon + 0.07, number=7, middle=0.62))
    return Place(back, [partial(nature.flowers, stage=stage, top=0.91)], horizon, 0.9)


def _far(canvas: Canvas, light: Light, horizon: float) -> None:
    profile = line(canvas.rng, canvas.width, canvas.unit * 0.5, 6)
    body = mix(light.haze, mix(light.shade, rgb("#5f7fa0"), 0.6), 0.38)
    skyline = (horizon + 0.02) * canvas.height - canvas.unit * 0.13 * (profile + 0.5)
    shape = ridge.Ridge(skyline, lighter(body, 0.05), body, light.haze, 0.5, 0.8, depth=220)
    ridge.paint(canvas, shape, 1.0 if light.x > 0.5 else -1.0)


def _houses(canvas: Canvas, stage: Stage, row: int, y: float) -> Iterator[None]:
    rng, unit = canvas.rng, canvas.unit
    size = unit * (0.13 + 0.085 * row)
    spots = np.arange(0.04, 1.0, 0.135 + 0.05 * row) * canvas.width
    church = int(rng.integers(len(spots)))
    for i, x in enumerate(spots + rng.uniform(-0.03, 0.03, len(spots)) * canvas.width):
        if rng.random() < 0.22 and i != church:
            continue
        name = "church" if i == church and row == 0 else str(rng.choice(HOUSES))
        figure = stage.props.figure(name, size * (1.35 if name == "church" else 0.85))
        figure = drawing.shrunk(figure, float(rng.uniform(0.8, 1.0)))
        foot = (y + float(rng.uniform(-0.008, 0.012))) * canvas.height
        drawing.stand(canvas, figure, float(x), foot, stage.light, 170 - 50 * row, 0.28 - 0.2 * row)
        if stage.light.dark > 0.3:
            glow.halo(canvas, float(x), foot - size * 0.25, size * 0.55, rgb("#ffcf7d"), 0.75)
        yield


def _path(canvas: Canvas, light: Light, start: float, lean: float) -> None:
    top = int(start * canvas.height)
    rows = canvas.height - top
    down = np.linspace(0, 1, rows, dtype=np.float32)[:, None]
    middle = (
        0.5 + lean * 0.3 * (1 - down) ** 2 + 0.10 * np.sin(down * 4.2 + lean * 6) * (1 - down * 0.4)
    ) * canvas.width
    half = canvas.unit * (0.012 + 0.16 * down**1.5)
    rough = line(canvas.rng, rows, canvas.unit * 0.05, 4)[:, None] * canvas.unit * 0.01 * down
    away = half + rough - np.abs(np.arange(canvas.width, dtype=np.float32)[None] - middle)
    sand = mix(rgb("#d8bd8c") * light.ambient, light.shade, 0.58 * light.dark)
    canvas.lay(smoothstep(-1, canvas.unit * 0.008, away) * 0.92, sand, top)
