"""What is in the air between the eye and the scene: mist, rain, snow, a storm's darkness and its lightning."""

from functools import partial

import cv2
import numpy as np

from app.engines.illustrator.brushes import glow
from app.engines.illustrator.brushes.noise import fractal, smoothstep
from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.colour import Field, mix, rgb
from app.engines.illustrator.light import Light
from app.engines.illustrator.stage import Stage

INSIDE = ("room", "table", "studio", "pattern", "poster", "underwater", "space")


def layers(stage: Stage) -> tuple[list[Layer], list[Layer]]:
    """Layers behind the subjects, and layers in front of them."""
    weather, light = stage.scene.weather, stage.light
    if stage.scene.setting in INSIDE:
        return [], []
    if weather == "fog":
        return [partial(mist, light=light, strength=0.72)], [partial(mist, light=light, strength=0.22)]
    if weather in ("rain", "storm"):
        bolt: list[Layer] = [partial(lightning, x=float(stage.rng.uniform(0.2, 0.8)))] if weather == "storm" else []
        return [*bolt, partial(mist, light=light, strength=0.28)], [
            partial(rain, light=light, slant=float(stage.rng.uniform(-0.25, 0.25)))
        ]
    if weather == "snow":
        return [partial(snow, near=0.0)], [partial(snow, near=1.0)]
    return [], []


def mist(canvas: Canvas, light: Light, strength: float) -> None:
    """Haze that thickens with depth and drifts in banks."""
    far = canvas.depth.astype(np.float32) / 255
    banks = fractal(canvas.rng, canvas.height, canvas.width, canvas.unit * 0.25, 5, 3.0)
    veil = np.clip((0.25 + 0.75 * far) * strength + banks * 0.18 * strength, 0, 0.95)
    canvas.lay(veil, mix(light.haze, rgb("#e6eaee") * light.ambient, 0.4))


def rain(canvas: Canvas, light: Light, slant: float) -> None:
    """Fine streaks, all at one slant, longer when nearer."""
    mask = np.zeros((canvas.height, canvas.width), np.uint8)
    number = int(900 * canvas.width * canvas.height / canvas.unit**2)
    near = canvas.rng.random(number) ** 2
    xs = canvas.rng.uniform(-0.1, 1.1, number) * canvas.width
    ys = canvas.rng.uniform(-0.1, 1.0, number) * canvas.height
    tall = canvas.unit * (0.018 + 0.05 * near)
    for x, y, length, close in zip(xs, ys, tall, near, strict=True):
        start = (int(x * 16), int(y * 16))
        end = (int((x + slant * length) * 16), int((y + length) * 16))
        cv2.line(mask, start, end, int(90 + 130 * close), max(int(canvas.unit / 900), 1), cv2.LINE_AA, 4)
    canvas.lay(mask.astype(np.float32) / 255 * 0.42, mix(rgb("#e4edf7"), light.haze, 0.3))


def snow(canvas: Canvas, near: float) -> None:
    """Flakes: many small ones far off, a few large soft ones close by."""
    number = int((60 if near else 420) * canvas.width * canvas.height / canvas.unit**2)
    for _ in range(number):
        x, y = canvas.rng.random() * canvas.width, canvas.rng.random() * canvas.height
        radius = canvas.unit * (0.0016 + 0.002 * canvas.rng.random() + near * 0.005 * canvas.rng.random())
        size = int(radius * 3) + 3
        d = np.hypot(np.arange(2 * size)[:, None] - size, np.arange(2 * size)[None] - size) / radius
        flake = (1 - smoothstep(0.5, 1.3, d.astype(np.float32))) * (0.9 - 0.25 * near)
        canvas.lay(flake, rgb("#ffffff"), int(y) - size, int(x) - size)


def lightning(canvas: Canvas, x: float) -> None:
    """One forked bolt from the clouds to the horizon, and what it lights."""
    rng, unit = canvas.rng, canvas.unit
    mask = np.zeros((canvas.height, canvas.width), np.uint8)
    _fork(mask, rng, x * canvas.width, 0.0, canvas.height * 0.62, unit, 3)
    line = mask.astype(np.float32) / 255
    wide = cv2.GaussianBlur(line, (0, 0), unit * 0.012)
    canvas.pixels += wide[..., None] * rgb("#a9b8ff") * 1.6
    canvas.lay(np.clip(line, 0, 1), rgb("#ffffff"))
    glow.halo(canvas, x * canvas.width, canvas.height * 0.12, unit * 0.7, rgb("#b9c3ff"), 0.4)


def _fork(mask: Field, rng: np.random.Generator, x: float, y: float, end: float, unit: float, thick: int) -> None:
    while y < end:
        nx, ny = x + rng.uniform(-0.035, 0.035) * unit, y + rng.uniform(0.015, 0.05) * unit
        width = max(round(thick * unit / 1024), 1)
        cv2.line(mask, (int(x * 16), int(y * 16)), (int(nx * 16), int(ny * 16)), 255, width, cv2.LINE_AA, 4)
        if thick > 1 and rng.random() < 0.14:
            _fork(mask, rng, nx, ny, min(ny + rng.uniform(0.08, 0.22) * unit, end), unit, thick - 2)
        x, y = nx, ny
