"""The night sky: it fills most of the frame, with the Milky Way or an aurora over a dark line of land."""

from functools import partial

import cv2
import numpy as np

from app.engines.illustrator.brushes import sky
from app.engines.illustrator.brushes.noise import fractal, line, smoothstep
from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.colour import RGB, mix, rgb
from app.engines.illustrator.light import Light
from app.engines.illustrator.settings.forest import fir
from app.engines.illustrator.stage import Place, Stage


def compose(stage: Stage) -> Place:
    light, rng = stage.light, stage.rng
    horizon = float(rng.uniform(0.78, 0.84))
    northern = "aurora" in stage.scene.prompt.lower() or "northern" in stage.scene.prompt.lower()
    back: list[Layer] = [partial(sky.grade, light=light, horizon=horizon)]
    if northern or rng.random() < 0.4:
        back += [partial(_aurora, horizon=horizon, hue=c) for c in ("#4dffb0", "#49d6ff", "#b06bff")]
    else:
        back.append(partial(_milky_way, horizon=horizon, slope=float(rng.choice([-1, 1]) * rng.uniform(0.5, 1.1))))
    back += [partial(sky.stars, light=light, horizon=horizon), partial(sky.stars, light=light, horizon=horizon)]
    if not northern and rng.random() < 0.6:
        back.append(partial(sky.sun, light=light, horizon=horizon))
    back += [partial(_land, light=light, near=near, horizon=horizon) for near in (0.0, 0.5, 1.0)]
    return Place(back, [], horizon, 0.94)


def _milky_way(canvas: Canvas, horizon: float, slope: float) -> None:
    rows = int(horizon * canvas.height)
    y = np.linspace(-0.5, 0.5, rows, dtype=np.float32)[:, None]
    x = np.linspace(-0.5, 0.5, canvas.width, dtype=np.float32)[None] * canvas.width / canvas.unit
    cloud = fractal(canvas.rng, rows, canvas.width, canvas.unit * 0.3, 7)
    away = (y - x * slope + cloud * 0.10) / np.float32(np.hypot(1, slope))
    band = np.exp(-((away / 0.13) ** 2)) * (0.6 + 0.8 * cloud)
    dust = np.exp(-((away / 0.035) ** 2)) * smoothstep(
        -0.2, 0.5, fractal(canvas.rng, rows, canvas.width, canvas.unit * 0.14, 6)
    )
    glow_in = np.clip(band - dust * 0.75, 0, 1)[..., None]
    hue = smoothstep(-0.4, 0.5, cloud)[..., None]
    colour = rgb("#8f7fe0") + (rgb("#ffd9c2") - rgb("#8f7fe0")) * hue
    canvas.pixels[:rows] += (1 - canvas.pixels[:rows]) * glow_in * colour * 0.55
    number = int(2600 * canvas.width * rows / canvas.unit**2)
    xs, ys = canvas.rng.integers(0, canvas.width, number), canvas.rng.integers(0, rows, number)
    keep = canvas.rng.random(number) < np.clip(band[ys, xs], 0.02, 1)
    size = max(canvas.unit // 1024, 1)
    for x0, y0 in zip(xs[keep], ys[keep], strict=True):
        canvas.pixels[y0 : y0 + size, x0 : x0 + size] += 0.16 + 0.3 * float(canvas.rng.random() ** 2)


def _aurora(canvas: Canvas, horizon: float, hue: str) -> None:
    """One curtain: a wandering lower edge, rays above it that fade upwards."""
    rows = int(horizon * canvas.height)
    edge = (0.62 + 0.24 * line(canvas.rng, canvas.width, canvas.unit * 0.8, 3, 0.4)) * rows
    rays = 0.55 + 0.6 * line(canvas.rng, canvas.width, canvas.unit * 0.05, 4, 0.6)
    height = rows * (0.45 + 0.22 * line(canvas.rng, canvas.width, canvas.unit * 0.4, 3))
    up = (edge - np.arange(rows, dtype=np.float32)[:, None]) / np.maximum(height, 1)
    veil = np.where(up > 0, np.exp(-up * 2.3) * (1 - np.exp(-up * 22)), 0) * rays
    field = cv2.GaussianBlur(np.clip(veil, 0, 1).astype(np.float32), (0, 0), canvas.unit * 0.004)
    canvas.pixels[:rows] += (1 - np.minimum(canvas.pixels[:rows], 1)) * field[..., None] * rgb(hue) * 0.75


def _land(canvas: Canvas, light: Light, near: float, horizon: float) -> None:
    rng, unit = canvas.rng, canvas.unit
    profile = line(rng, canvas.width, unit * (0.5 - 0.1 * near), 5, 0.5)
    skyline = (horizon + 0.05 * near) * canvas.height - unit * (0.09 - 0.05 * near) * (profile + 0.4 * (1 - near))
    mask = np.clip(np.arange(canvas.height, dtype=np.float32)[:, None] - skyline + 0.5, 0, 1)
    mask = (mask * 255).astype(np.uint8)
    if near > 0.4:
        for x in rng.uniform(0, canvas.width, int(16 * canvas.width / unit)):
            if abs(x / canvas.width - 0.5) > 0.16 * near:
                fir(mask, x, float(skyline[int(x)]) + unit * 0.01, unit * rng.uniform(0.06, 0.10) * (0.7 + near), rng)
    colour: RGB = mix(light.haze, rgb("#060a1c"), 0.55 + 0.42 * near)
    canvas.lay(mask.astype(np.float32) / 255, colour, depth=int(190 - 150 * near))
