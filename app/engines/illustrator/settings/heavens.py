"""Up in the sky: piled clouds below, haze between them, wide air for whatever flies."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from app.engines.illustrator.brushes import sky
from app.engines.illustrator.brushes.noise import fractal, line, smoothstep
from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.colour import RGB, lighter, mix
from app.engines.illustrator.light import Light
from app.engines.illustrator.stage import Place, Stage

BANKS = 5


@dataclass(frozen=True)
class Heap:
    """How the clouds pile up: how strongly they swell, and where one towers (share of the width) and how high."""

    swell: float
    x: float
    tower: float


def compose(stage: Stage) -> Place:
    light, rng = stage.light, stage.rng
    horizon = float(rng.uniform(0.66, 0.92))
    heap = Heap(float(rng.uniform(0.5, 2.2)), float(rng.uniform(0, 1)), float(rng.uniform(0.02, 0.46)))
    back: list[Layer] = sky.layers(light, horizon, stage.scene.weather)
    back += [partial(_bank, light=light, near=i / (BANKS - 1), horizon=horizon, heap=heap) for i in range(BANKS)]
    return Place(back, [], horizon, 0.7, surface="air")


def _bank(canvas: Canvas, light: Light, near: float, horizon: float, heap: Heap) -> None:
    """A bank of cumulus: heaps of round heads, large ones first, each a lit ball that melts into its foot."""
    rng, unit = canvas.rng, canvas.unit
    swell = line(rng, canvas.width, unit * (0.55 - 0.1 * near), 2, 0.4)
    bright = mix(lighter(light.sun, 0.02), light.sky[-1], 0.12 + 0.5 * light.dark)
    bright = mix(bright, light.shade, 0.3 * light.soft)
    dim = mix(mix(light.sky[-2], light.shade, 0.20), light.haze, 0.5 * (1 - near))
    base = (horizon - 0.06 + 0.26 * near) * canvas.height
    for size in (0.16, 0.11, 0.075, 0.05):
        radius = unit * size * (0.55 + 0.6 * near)
        for x in np.arange(-radius, canvas.width + radius, radius * 1.05):
            spot = x + rng.uniform(-0.9, 0.9) * radius
            lift = (
                unit * 0.09 * heap.swell * swell[int(np.clip(spot, 0, canvas.width - 1))] + (0.16 - size) * unit * 0.55
            )
            lift += unit * heap.tower * (1 - 0.7 * near) * np.exp(-(((spot / canvas.width - heap.x) / 0.2) ** 2))
            lift += rng.normal(0, 0.35) * radius
            _puff(canvas, light, spot, base - lift * (0.6 + 0.6 * near), radius * rng.uniform(0.55, 1.25), bright, dim)
    _melt(canvas, light, base + unit * 0.05, near)


def _puff(canvas: Canvas, light: Light, x: float, y: float, radius: float, bright: RGB, dim: RGB) -> None:
    size = int(radius) + 2
    v = (np.arange(-size, size, dtype=np.float32) / radius)[:, None]
    u = (np.arange(-size, size, dtype=np.float32) / radius)[None]
    away = np.sqrt(u * u + v * v)
    side = 0.5 if light.x > 0.5 else -0.5
    lit = smoothstep(-1.1, 0.75, u * side - v * 0.8)[..., None]
    mask = (1 - smoothstep(0.74, 1.0, away)) * (1 - smoothstep(-0.35, 0.7, v))
    canvas.lay(
        np.asarray(mask, np.float32), (dim + (bright - dim) * lit).astype(np.float32), int(y) - size, int(x) - size
    )


def _melt(canvas: Canvas, light: Light, top: float, near: float) -> None:
    """Haze that fills the gap before the next bank."""
    rows = canvas.height - int(top)
    if rows <= 0:
        return
    veil = smoothstep(0, 1, np.linspace(0, 2.2, rows, dtype=np.float32))[:, None] * (0.8 - 0.35 * near)
    rough = fractal(canvas.rng, rows, canvas.width, canvas.unit * 0.2, 5, 2.0)
    tone = mix(light.sky[-1], light.sky[-2], 0.4 * near)
    canvas.lay(np.clip(veil * (1 + 0.35 * rough), 0, 1), tone, int(top), depth=int(235 - 120 * near))
