"""The sea: a wide sky, a far coast, water that carries the light, sand at the lower edge for who stands there."""

from functools import partial

import numpy as np

from app.engines.illustrator.brushes import drawing, floor, sky
from app.engines.illustrator.brushes.noise import fractal, line, smoothstep
from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.colour import lighter, mix, rgb
from app.engines.illustrator.light import Light
from app.engines.illustrator.stage import Place, Stage


def compose(stage: Stage) -> Place:
    light, rng = stage.light, stage.rng
    horizon = float(rng.choice([0.42, 0.56]) + rng.uniform(-0.03, 0.03))
    back: list[Layer] = sky.layers(light, horizon, stage.scene.weather)
    back.append(partial(_coast, light=light, horizon=horizon, right=bool(rng.random() < 0.5)))
    deep = mix(mix(rgb("#1c7fa6"), light.sky[0], 0.35), light.shade, 0.25 + 0.45 * light.dark)
    back.append(partial(floor.water, horizon=horizon, light=light, deep=deep, calm=0.45, clear=0.6))
    shore = float(rng.uniform(0.76, 0.82))
    back.append(partial(_beach, light=light, shore=shore))
    if stage.scene.weather != "snow" and rng.random() < 0.6:
        back.append(partial(_palm, stage=stage, x=float(rng.choice([0.10, 0.90]))))
    back.append(partial(_shells, stage=stage))
    return Place(back, [], horizon, 0.93, water=(horizon, shore - 0.02))


def _coast(canvas: Canvas, light: Light, horizon: float, right: bool) -> None:
    for far in (1.0, 0.0):
        across = np.linspace(0, 1, canvas.width, dtype=np.float32)
        along = across if right else 1 - across
        swell = smoothstep(0.35 + 0.2 * (1 - far), 1.0, along) * (0.09 + 0.03 * far)
        skyline = swell * (1 + 0.5 * line(canvas.rng, canvas.width, canvas.unit * 0.25, 6)) * canvas.unit
        rows = int(canvas.unit * 0.2)
        top = int(horizon * canvas.height) - rows
        mask = np.clip(np.arange(rows, dtype=np.float32)[:, None] - (rows - skyline), 0, 1)
        land = mix(light.haze, mix(light.shade, rgb("#33506b"), 0.5), 0.45 - 0.2 * far)
        canvas.lay(mask.astype(np.float32), land, top, depth=215)


def _palm(canvas: Canvas, stage: Stage, x: float) -> None:
    """A palm at one edge, large and near: it frames the view."""
    figure = stage.props.figure("palm-tree", canvas.unit * 0.40)
    drawing.stand(canvas, figure, x * canvas.width, 0.88 * canvas.height, stage.light, 50)


def _shells(canvas: Canvas, stage: Stage) -> None:
    rng = canvas.rng
    for y in np.sort(rng.uniform(0.87, 0.985, 4)):
        figure = stage.props.figure(
            str(rng.choice(["spiral-shell", "rock", "rock"])), canvas.unit * rng.uniform(0.02, 0.035)
        )
        drawing.stand(canvas, figure, float(rng.random()) * canvas.width, y * canvas.height, stage.light, 35)


def _beach(canvas: Canvas, light: Light, shore: float) -> None:
    top = int(shore * canvas.height) - int(canvas.unit * 0.08)
    rows = canvas.height - top
    edge = canvas.unit * (0.08 + 0.03 * line(canvas.rng, canvas.width, canvas.unit * 0.7, 4, 0.4))
    below = np.arange(rows, dtype=np.float32)[:, None] - edge
    sand = mix(rgb("#ecd5a4") * light.ambient, light.shade, 0.6 * light.dark)
    grain = fractal(canvas.rng, rows, canvas.width, canvas.unit * 0.16, 3, 2.5)[..., None] * 0.7
    grain += canvas.rng.standard_normal((rows, canvas.width, 1), np.float32) * 0.22
    wet = (1 - smoothstep(0.0, canvas.unit * 0.05, below))[..., None]
    colour = (sand * (1 + 0.07 * grain)) * (1 - wet) + lighter(sand, -0.16) * wet
    foam = np.exp(-(((below + canvas.unit * 0.004) / (canvas.unit * 0.009)) ** 2)) * (0.8 + 0.4 * grain[..., 0])
    canvas.lay(smoothstep(0, canvas.unit * 0.004, below), colour.astype(np.float32), top, depth=40)
    canvas.lay(np.clip(foam, 0, 0.9).astype(np.float32), mix(rgb("#ffffff") * light.ambient, light.haze, 0.2), top)
