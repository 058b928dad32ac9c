"""A desert: dunes with one bright and one dark side each, heat haze far out."""

from functools import partial

import numpy as np

from app.engines.illustrator.brushes import sky
from app.engines.illustrator.brushes.noise import fractal, line, smoothstep
from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.colour import Field, lighter, mix, rgb
from app.engines.illustrator.light import Light
from app.engines.illustrator.stage import Place, Stage

DUNES = 5


def compose(stage: Stage) -> Place:
    light, rng = stage.light, stage.rng
    horizon = float(rng.uniform(0.5, 0.58))
    back: list[Layer] = sky.layers(light, horizon, stage.scene.weather)
    sand = mix(rgb("#e0a75c"), rgb("#d98a55"), float(rng.random()))
    back += [partial(_dune, light=light, near=i / (DUNES - 1), horizon=horizon, sand=sand) for i in range(DUNES)]
    return Place(back, [], horizon, 0.9)


def _dune(canvas: Canvas, light: Light, near: float, horizon: float, sand: Field) -> None:
    rng, unit = canvas.rng, canvas.unit
    base = (horizon + 0.02 + 0.30 * near**1.4) * canvas.height
    crest = base - unit * (0.05 + 0.07 * near) * line(rng, canvas.width, unit * (0.45 + 0.35 * near), 2, 0.3)
    top = max(int(crest.min()) - 1, 0)
    rows = canvas.height - top
    below = np.arange(top, canvas.height, dtype=np.float32)[:, None] - crest
    drift = fractal(rng, rows, canvas.width, unit * 0.5, 3)
    slope = np.gradient(crest) * (1.0 if light.x > 0.5 else -1.0)
    at = np.clip(np.arange(canvas.width) + below * 0.9 * np.sign(0.5 - light.x), 0, canvas.width - 1).astype(np.int32)
    turned = smoothstep(-0.10, 0.10, np.take(slope.astype(np.float32), at) * -1 + drift * 0.03)
    ripples = (
        np.sin((below / (1 + below * 0.0012) + drift * unit * 0.05) / (unit * (0.004 + 0.006 * near))) * 0.018 * near
    )
    tone = mix(sand * light.ambient, light.shade, 0.55 * light.dark)
    bright = mix(mix(tone, light.haze, 0.6 * (1 - near) ** 1.3), light.sun, 0.12 * (1 - light.dark))
    dim = mix(mix(lighter(tone, -0.16), light.shade, 0.18), light.haze, 0.55 * (1 - near) ** 1.3)
    colour = dim + (bright - dim) * turned[..., None] * (1 - light.soft * 0.4) + ripples[..., None]
    canvas.lay(np.clip(below + 0.5, 0, 1), colour.astype(np.float32), top, depth=int(220 - 180 * near))
