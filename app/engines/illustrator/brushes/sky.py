"""The sky: a graded ground, then sun or moon, stars and clouds, all from one light."""

from functools import partial

import cv2
import numpy as np

from app.engines.illustrator.brushes import glow
from app.engines.illustrator.brushes.noise import fractal, smoothstep
from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.colour import Field, lighter, mix, ramp, rgb
from app.engines.illustrator.light import Light


def layers(light: Light, horizon: float, weather: str = "clear", disc: bool = True) -> list[Layer]:
    """The layers of a sky down to `horizon` (a share of the height)."""
    steps: list[Layer] = [partial(grade, light=light, horizon=horizon)]
    if light.dark > 0.4 and light.soft < 0.6:
        steps.append(partial(stars, light=light, horizon=horizon))
    if disc and light.soft < 0.7:
        steps.append(partial(sun, light=light, horizon=horizon))
    if light.dark < 0.9 or weather != "clear":
        steps.append(partial(clouds, light=light, horizon=horizon, cover=cover(weather)))
    return steps


def cover(weather: str) -> float:
    """How much of the sky clouds take, 0 to 1."""
    return {"clear": 0.28, "cloudy": 0.8, "fog": 0.5, "snow": 0.75, "rain": 0.85, "storm": 1.0}[weather]


def grade(canvas: Canvas, light: Light, horizon: float) -> None:
    """Fill everything with the sky's gradient; below the horizon it stays at its last colour."""
    at = np.clip(np.arange(canvas.height, dtype=np.float32) / (horizon * canvas.height), 0, 1)
    stops = [(i / (len(light.sky) - 1), stop) for i, stop in enumerate(light.sky)]
    canvas.pixels[:] = ramp(stops, at)[:, None]


def sun(canvas: Canvas, light: Light, horizon: float) -> None:
    """The sun with its halo, or the moon with its shadowed side."""
    x, y = light.x * canvas.width, (1 - light.height) * horizon * canvas.height
    radius = canvas.unit * (0.045 if light.height > 0.3 else 0.06)
    clear = (1 - light.soft) * (1 - 0.35 * light.dark)
    glow.halo(canvas, x, y, canvas.unit * 1.05, light.sun, 0.55 * clear)
    glow.halo(canvas, x, y, radius * 6, light.sun, 0.6 * clear)
    glow.halo(canvas, x, y, radius * 2.6, light.sun, 0.9 * clear)
    glow.disc(canvas, x, y, radius, lighter(light.sun, 0.02), max(1.5, radius * 0.09))
    if light.dark > 0.8:
        _craters(canvas, x, y, radius, light)


def _craters(canvas: Canvas, x: float, y: float, radius: float, light: Light) -> None:
    grey = lighter(light.sun, -0.07)
    for dx, dy, size in ((-0.3, -0.25, 0.26), (0.28, 0.1, 0.34), (-0.2, 0.42, 0.18), (0.2, -0.5, 0.12)):
        glow.disc(canvas, x + dx * radius, y + dy * radius, radius * size, grey, radius * 0.12)


def stars(canvas: Canvas, light: Light, horizon: float) -> None:
    """Stars, more of them high up, a few of them bright."""
    number = int(420 * canvas.width * canvas.height / canvas.unit**2)
    xs = canvas.rng.random(number) * canvas.width
    ys = canvas.rng.random(number) ** 1.5 * horizon * canvas.height
    sizes = canvas.unit * (0.0006 + 0.0022 * canvas.rng.random(number) ** 6)
    bright = canvas.rng.uniform(0.3, 1, number) * light.dark * (1 - light.soft)
    for x, y, size, shine in zip(xs, ys, sizes, bright, strict=True):
        glow.halo(canvas, x, y, max(size * 3, 1.6), rgb("#fdf6e6"), shine * 1.6)


def _around(canvas: Canvas, light: Light, horizon: float, rows: int) -> Field:
    """Clouds thin out before a sun or moon: it shines through them."""
    if light.soft > 0.5:
        return np.ones((1, 1), np.float32)
    dy = (np.arange(rows, dtype=np.float32)[:, None] - (1 - light.height) * horizon * canvas.height) / canvas.unit
    dx = (np.arange(canvas.width, dtype=np.float32)[None] - light.x * canvas.width) / canvas.unit
    return np.asarray(1 - 0.85 * np.exp(-((dx * dx + dy * dy) / 0.016)), np.float32)


def clouds(canvas: Canvas, light: Light, horizon: float, cover: float) -> None:
    """Clouds lying flat towards the horizon, lit from the light's side."""
    rows = int(horizon * canvas.height)
    cell = canvas.unit * 0.34
    field = fractal(canvas.rng, rows, canvas.width, cell, 6, 2.1)
    at = np.linspace(0, 1, rows, dtype=np.float32)[:, None]
    density = smoothstep(0.42 - 0.55 * cover, 1.0 - 0.35 * cover, field + 0.25 * np.sin(at * 9 + 1))
    reach = canvas.unit * 0.035
    towards = np.array([[1, 0, reach * np.sign(light.x - 0.5)], [0, 1, -reach]], np.float32)
    ahead = cv2.warpAffine(
        density, towards, (canvas.width, rows), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    lit = np.clip(0.5 + (density - ahead) * 1.3, 0, 1)[..., None]
    bright = mix(lighter(light.sun, -0.05 * light.dark - 0.12 * light.soft), light.sky[-1], 0.25 + 0.5 * light.dark)
    dim = mix(light.sky[len(light.sky) // 2], light.shade, 0.12 + 0.25 * light.soft)
    density *= _around(canvas, light, horizon, rows) * (1 - smoothstep(0.72, 0.98, at))
    canvas.lay(density * (0.85 - 0.35 * at), (dim + (bright - dim) * lit).astype(np.float32))
