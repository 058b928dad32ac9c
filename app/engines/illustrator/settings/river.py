"""A river or lake: calm water between green banks, the far bank mirrored, reeds in front."""

from functools import partial

import cv2
import numpy as np

from app.engines.illustrator.brushes import floor, ridge, sky
from app.engines.illustrator.brushes.noise import line
from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.colour import RGB, lighter, mix, rgb
from app.engines.illustrator.light import Light
from app.engines.illustrator.settings import nature
from app.engines.illustrator.stage import Place, Stage


def compose(stage: Stage) -> Place:
    light, rng = stage.light, stage.rng
    horizon = float(rng.uniform(0.44, 0.52))
    shore = horizon + 0.09
    tone = nature.green(stage)
    back: list[Layer] = sky.layers(light, horizon, stage.scene.weather)
    back += [partial(_far, light=light, horizon=horizon, far=far) for far in (1.0, 0.5)]
    back.append(partial(nature.hill, light=light, far=0.3, horizon=horizon + 0.03, tone=tone, swell=0.06))
    back.append(partial(nature.trees, stage=stage, horizon=horizon - 0.045, number=12, middle=0.1))
    deep = mix(mix(rgb("#2d7f92"), light.sky[0], 0.4), light.shade, 0.2 + 0.45 * light.dark)
    back.append(partial(floor.water, horizon=shore, light=light, deep=deep, calm=0.8, clear=0.82))
    back.append(partial(_bank, light=light, tone=tone, right=bool(rng.random() < 0.5)))
    return Place(back, [partial(_reeds, light=light, tone=tone)], horizon, 0.93, water=(shore, 0.82))


def _far(canvas: Canvas, light: Light, horizon: float, far: float) -> None:
    profile = line(canvas.rng, canvas.width, canvas.unit * 0.5, 6, 0.5)
    skyline = (horizon + 0.05) * canvas.height - canvas.unit * (0.10 + 0.10 * far) * (profile * 0.8 + 0.6)
    body = mix(light.haze, mix(light.shade, rgb("#3d6a78"), 0.6), 0.55 - 0.3 * far)
    shape = ridge.Ridge(skyline, lighter(body, 0.05), lighter(body, -0.04), light.haze, 0.5, 0.8, depth=215)
    ridge.paint(canvas, shape, 1.0 if light.x > 0.5 else -1.0)


def _bank(canvas: Canvas, light: Light, tone: RGB, right: bool) -> None:
    """The near bank, rising to one side: who comes to the river stands here."""
    across = np.linspace(0, 1, canvas.width, dtype=np.float32)
    rise = across if right else 1 - across
    skyline = canvas.height * (0.87 - 0.05 * rise**1.5) + canvas.unit * 0.012 * line(
        canvas.rng, canvas.width, canvas.unit * 0.3, 5
    )
    wet = ridge.Ridge(skyline, lighter(tone, -0.14), lighter(tone, -0.16), light.haze, depth=45)
    dry = ridge.Ridge(skyline + canvas.unit * 0.008, lighter(tone, 0.03), lighter(tone, -0.05), light.haze, depth=40)
    for shape in (wet, dry):
        ridge.paint(canvas, shape, 1.0 if light.x > 0.5 else -1.0)


def _reeds(canvas: Canvas, light: Light, tone: RGB) -> None:
    rows = int(canvas.unit * 0.26)
    mask = np.zeros((rows, canvas.width), np.uint8)
    for side in (0.0, 1.0):
        spots = np.abs(canvas.rng.normal(0, 0.07, int(canvas.rng.integers(14, 30))))
        for spot in spots * canvas.unit:
            x = spot if side == 0 else canvas.width - spot
            tall, bend = rows * canvas.rng.uniform(0.3, 0.95), canvas.rng.uniform(-0.22, 0.22)
            blade = np.array([(x - tall * 0.022, rows), (x + bend * tall * 0.4, rows - tall * 0.6),
                              (x + bend * tall, rows - tall), (x + tall * 0.022, rows)])  # fmt: skip
            cv2.fillPoly(mask, [np.round(blade * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    canvas.lay(
        mask.astype(np.float32) / 255, mix(lighter(tone, -0.24), light.shade, 0.35), canvas.height - rows, depth=5
    )
