"""Snow: white hills with blue shadows, firs that carry it, a clear cold light."""

from functools import partial

import numpy as np

from app.engines.illustrator.brushes import drawing, ridge, sky
from app.engines.illustrator.brushes.noise import line
from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.colour import RGB, mix, rgb
from app.engines.illustrator.light import Light
from app.engines.illustrator.stage import Place, Stage


def compose(stage: Stage) -> Place:
    light, rng = stage.light, stage.rng
    horizon = float(rng.uniform(0.5, 0.6))
    white = mix(rgb("#f7faff") * (0.4 + 0.6 * light.ambient), light.shade, 0.45 * light.dark)
    blue = mix(mix(white, rgb("#7fa3d6"), 0.5), light.shade, 0.25 * light.dark)
    back: list[Layer] = sky.layers(light, horizon, stage.scene.weather)
    back += [partial(_peak, light=light, white=white, blue=blue, near=near, horizon=horizon) for near in (0.0, 0.5)]
    back += [
        partial(_drift, light=light, white=white, blue=blue, near=near, horizon=horizon) for near in (0.0, 0.5, 1.0)
    ]
    back.append(partial(_firs, stage=stage, horizon=horizon))
    return Place(back, [], horizon, 0.9)


def _peak(canvas: Canvas, light: Light, white: RGB, blue: RGB, near: float, horizon: float) -> None:
    profile = line(canvas.rng, canvas.width, canvas.unit * 0.5, 8, 0.5)
    skyline = (horizon + 0.06 * near) * canvas.height - canvas.unit * (0.26 - 0.1 * near) * (profile * 0.9 + 0.55)
    haze = 0.55 - 0.3 * near
    shape = ridge.Ridge(
        skyline,
        mix(white, light.haze, haze * 0.6),
        mix(blue, light.haze, haze),
        light.haze,
        0.5,
        1.0,
        depth=int(225 - 40 * near),
    )
    ridge.paint(canvas, shape, 1.0 if light.x > 0.5 else -1.0)


def _drift(canvas: Canvas, light: Light, white: RGB, blue: RGB, near: float, horizon: float) -> None:
    profile = line(canvas.rng, canvas.width, canvas.unit * 0.8, 2, 0.3)
    skyline = (horizon + 0.04 + 0.16 * near) * canvas.height - canvas.unit * 0.06 * profile
    far = mix(white, light.haze, 0.3 * (1 - near))
    shape = ridge.Ridge(skyline, far, mix(far, blue, 0.6), light.haze, depth=int(170 - 90 * near))
    ridge.paint(canvas, shape, 1.0 if light.x > 0.5 else -1.0)


def _firs(canvas: Canvas, stage: Stage, horizon: float) -> None:
    rng, unit = canvas.rng, canvas.unit
    spots = [(float(rng.random()), float(rng.choice([-1, 1]) * rng.uniform(0.36, 1.0))) for _ in range(9)]
    for near, across in sorted(spots):
        figure = drawing.shrunk(stage.props.figure("evergreen-tree", unit * 0.34), 0.35 + 0.65 * near)
        capped = _snowed(figure)
        x, y = (0.5 + across / 2) * canvas.width, (horizon + 0.06 + 0.2 * near) * canvas.height
        drawing.stand(canvas, capped, x, y, stage.light, int(160 - 80 * near), 0.3 * (1 - near))


def _snowed(figure: drawing.Figure) -> drawing.Figure:
    """Snow on whatever faces up: where the drawing is brighter than what is below it."""
    tone = figure.colour.mean(-1)
    down = np.roll(tone, -max(figure.cover.shape[0] // 30, 1), 0)
    up = np.roll(figure.cover, max(figure.cover.shape[0] // 22, 2), 0)
    rim = np.clip(figure.cover - up, 0, 1)
    share = np.clip((tone - down) * 7 + rim * 1.2 + (tone - 0.42) * 1.4, 0, 0.95)[..., None]
    return drawing.Figure(
        np.asarray(figure.colour + (rgb("#f4f8ff") - figure.colour) * share, np.float32), figure.cover
    )
