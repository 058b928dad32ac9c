"""A forest: rows of firs fading into mist, a clearing in front, shafts of light."""

from functools import partial

import cv2
import numpy as np

from app.engines.illustrator.brushes import floor, glow, sky
from app.engines.illustrator.brushes.noise import line, smoothstep
from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.colour import RGB, Field, lighter, mix, rgb
from app.engines.illustrator.light import Light
from app.engines.illustrator.stage import Place, Stage

ROWS = 4


def compose(stage: Stage) -> Place:
    light, rng = stage.light, stage.rng
    horizon = float(rng.uniform(0.6, 0.68))
    back: list[Layer] = sky.layers(light, horizon, stage.scene.weather, disc=light.dark > 0.8 or light.height < 0.3)
    green = mix(rgb("#3c7a4a"), rgb("#6b8f3a"), float(rng.random()) * 0.6)
    back += [partial(_firs, light=light, near=i / (ROWS - 1), horizon=horizon, green=green) for i in range(ROWS)]
    ground = mix(green * light.ambient, light.shade, 0.5 * light.dark)
    back.append(
        partial(floor.plain, horizon=horizon + 0.05, far=mix(ground, light.haze, 0.35), near=lighter(ground, -0.08),
                grain=0.22)
    )  # fmt: skip
    back.append(partial(_shafts, light=light))
    return Place(back, [partial(_frame, light=light)], horizon, 0.9)


def _firs(canvas: Canvas, light: Light, near: float, horizon: float, green: RGB) -> None:
    rng, unit = canvas.rng, canvas.unit
    base = (horizon + 0.015 + 0.05 * near) * canvas.height
    tall = unit * (0.26 + 0.34 * near)
    body = mix(light.haze, mix(green * light.ambient * 0.55, light.shade, 0.25 + 0.5 * light.dark), 0.28 + 0.66 * near)
    mask = np.zeros((int(base) + 2, canvas.width), np.uint8)
    step = tall * (0.34 if near < 0.9 else 0.5)
    ground = base + line(rng, canvas.width, unit * 0.4, 3) * unit * 0.012
    gap = 0.22 * near  # the clearing opens in the middle, so that the light comes through
    for at in np.arange(-step, canvas.width + step, step):
        x = at + rng.uniform(-0.45, 0.45) * step
        size = tall * rng.uniform(0.6, 1.1)
        if abs(x / canvas.width - 0.5) < gap * rng.uniform(0.5, 1.1):
            continue
        fir(mask, x, float(ground[int(np.clip(x, 0, canvas.width - 1))]), size, rng)
    shade = np.linspace(0.05, -0.05, mask.shape[0], dtype=np.float32)[:, None, None]
    colour = np.repeat(body + shade, canvas.width, 1)
    canvas.lay(mask.astype(np.float32) / 255, colour, depth=int(210 - 150 * near))
    _mist(canvas, light, base, near)


def fir(mask: Field, x: float, base: float, tall: float, rng: np.random.Generator) -> None:
    """Draw one fir's outline into an 8-bit mask, its foot at (x, base)."""
    tiers = int(rng.integers(7, 10))
    left: list[tuple[float, float]] = []
    right: list[tuple[float, float]] = []
    for i in range(tiers):
        low = base - tall * (0.06 + 0.90 * i / tiers)
        reach = tall * 0.24 * (1 - i / tiers) ** 0.85
        droop = tall * 0.035
        for side, points in ((-1, left), (1, right)):
            wide = reach * rng.uniform(0.8, 1.15)
            points += [(x + side * wide, low + droop), (x + side * wide * 0.5, low - tall * 0.055)]
    outline = np.array([*left, (x, base - tall), *reversed(right)])
    trunk = np.array([(x - tall * 0.02, base), (x + tall * 0.02, base), (x, base - tall * 0.5)])
    for shape in (outline, trunk):
        cv2.fillPoly(mask, [np.round(shape * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)


def _mist(canvas: Canvas, light: Light, base: float, near: float) -> None:
    rows = int(canvas.unit * 0.22)
    at = np.linspace(0, 1, rows, dtype=np.float32)[:, None]
    veil = smoothstep(0, 1, at) * (0.55 - 0.5 * near) * np.ones((1, canvas.width), np.float32)
    canvas.lay(veil, light.haze, int(base) - rows)


def _shafts(canvas: Canvas, light: Light) -> None:
    if light.soft > 0.3 or light.dark > 0.5:
        return
    across = np.arange(canvas.width, dtype=np.float32)[None]
    down = np.arange(canvas.height, dtype=np.float32)[:, None]
    lean = (light.x - 0.5) * 1.6
    bands = line(canvas.rng, canvas.width * 3, canvas.unit * 0.16, 3)
    at = np.clip(across + down * lean + canvas.width, 0, canvas.width * 3 - 1).astype(np.int32)
    beams = smoothstep(0.15, 0.75, bands[at]) * np.clip(1 - down / canvas.height * 1.05, 0, 1)
    canvas.pixels += (1 - np.minimum(canvas.pixels, 1)) * light.sun * (beams * 0.22)[..., None]
    glow.halo(canvas, light.x * canvas.width, 0, canvas.unit * 0.8, light.sun, 0.25)


def _frame(canvas: Canvas, light: Light) -> None:
    """Dark ferns and grass at the lower edge: the eye looks past them into the clearing."""
    rows = int(canvas.unit * 0.12)
    mask = np.zeros((rows, canvas.width), np.uint8)
    across = np.abs(np.linspace(-1, 1, canvas.width))
    for x in canvas.rng.uniform(0, canvas.width, int(170 * canvas.width / canvas.unit)):
        tall = rows * canvas.rng.uniform(0.2, 0.55) * (0.35 + 0.75 * across[int(x)])
        bend = canvas.rng.uniform(-0.35, 0.35) * tall
        blade = np.array([(x - tall * 0.05, rows), (x + bend, rows - tall), (x + tall * 0.05, rows)])
        cv2.fillPoly(mask, [np.round(blade * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    canvas.lay(mask.astype(np.float32) / 255, mix(light.shade, rgb("#1f3d2a"), 0.6), canvas.height - rows, depth=5)
