"""Up in the sky: piled clouds below, haze between them, wide air for whatever flies."""

from functools import partial

import numpy as np

from app.engines.illustrator.brushes import sky
from app.engines.illustrator.brushes.noise import fractal, line, smoothstep
from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.colour import Field, lighter, mix
from app.engines.illustrator.light import Light
from app.engines.illustrator.stage import Place, Stage

BANKS = 5


def compose(stage: Stage) -> Place:
    light, rng = stage.light, stage.rng
    horizon = float(rng.uniform(0.74, 0.86))
    back: list[Layer] = sky.layers(light, horizon, stage.scene.weather)
    back += [partial(_bank, light=light, near=i / (BANKS - 1), horizon=horizon) for i in range(BANKS)]
    return Place(back, [], horizon, 0.7, surface="air")


def _bank(canvas: Canvas, light: Light, near: float, horizon: float) -> None:
    """A bank of cumulus: round heads from a few scales of bumps, lit above, blue below."""
    rng, unit = canvas.rng, canvas.unit
    swell = line(rng, canvas.width, unit * (0.5 - 0.1 * near), 2, 0.4)
    top_line = (horizon - 0.10 + 0.28 * near) * canvas.height - unit * 0.10 * swell
    for scale in (0.20, 0.10, 0.05, 0.025):
        top_line -= unit * scale * 0.42 * _puffs(rng, canvas.width, unit * scale * (0.7 + 0.5 * near))
    top = max(int(top_line.min()) - 2, 0)
    rows = canvas.height - top
    if rows <= 2:
        return
    below = np.arange(top, canvas.height, dtype=np.float32)[:, None] - top_line
    rough = fractal(rng, rows, canvas.width, unit * 0.12, 5)
    turn = np.gradient(top_line)[None] * (1.0 if light.x > 0.5 else -1.0)
    shade = smoothstep(-0.1, 1.0, below / (unit * 0.16) + rough * 0.35 + turn * 0.10)[..., None]
    bright = mix(lighter(light.sun, 0.02), light.sky[-1], 0.15 + 0.5 * light.dark)
    dim = mix(mix(light.sky[-2], light.shade, 0.16), light.haze, 0.4 * (1 - near))
    colour = bright + (dim - bright) * shade
    mask = smoothstep(-1.0, unit * 0.004 + 1.0, below) * (0.72 + 0.28 * near)
    canvas.lay(np.asarray(mask, np.float32), colour.astype(np.float32), top, depth=int(235 - 120 * near))


def _puffs(rng: np.random.Generator, width: int, size: float) -> Field:
    """The upper outline (width,) of a row of half circles, 0 to 1."""
    x = np.arange(width, dtype=np.float32)
    heads = np.zeros(width, np.float32)
    for middle in np.arange(-size, width + size, size * 0.8):
        spot, radius = middle + rng.uniform(-0.4, 0.4) * size, size * rng.uniform(0.5, 1.0)
        heads = np.maximum(heads, np.sqrt(np.clip(1 - ((x - spot) / radius) ** 2, 0, 1)) * (radius / size))
    return heads
