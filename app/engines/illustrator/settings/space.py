"""Space: clouds of coloured gas, stars near and far, one great planet lit from the side."""

from functools import partial

import numpy as np

from app.engines.illustrator.brushes import glow
from app.engines.illustrator.brushes.noise import fractal, smoothstep
from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.colour import RGB, Field, lighter, mix, rgb
from app.engines.illustrator.light import Light
from app.engines.illustrator.stage import Place, Stage

GASES = (("#3a1d6e", "#c0488f", "#ffb27a"), ("#0f2f66", "#2f8fc4", "#9ff0e6"), ("#1d1f5c", "#6a4fd0", "#ff8fc6"),
         ("#2a1330", "#b23a52", "#ffd08a"))  # fmt: skip
PLANETS = (("#e2b07a", "#b5653f", "#f5dfb8"), ("#5fa8d9", "#2b5f9e", "#e6f4fb"), ("#c98fd0", "#7a4aa0", "#f4dff2"),
           ("#8fc4a0", "#3f7f6e", "#e8f5d8"))  # fmt: skip
NAMED = {"earth": 1, "jupiter": 0, "saturn": 0, "mars": 0}


def compose(stage: Stage) -> Place:
    rng = stage.rng
    gas = [rgb(c) for c in GASES[int(rng.integers(len(GASES)))]]
    said = next((i for name, i in NAMED.items() if name in stage.scene.prompt.lower()), None)
    planet = [rgb(c) for c in PLANETS[int(rng.integers(len(PLANETS))) if said is None else said]]
    back: list[Layer] = [partial(_nebula, gas=gas), partial(_stars), partial(_stars)]
    alone = not stage.scene.subjects
    side = float(rng.choice([-1, 1]))
    size = float(rng.uniform(0.27, 0.36)) if alone else float(rng.uniform(0.16, 0.24))
    x = 0.5 + side * (0.12 if alone else 0.30)
    y = float(rng.uniform(0.46, 0.58)) if alone else float(rng.uniform(0.2, 0.3))
    light = stage.light
    back.append(
        partial(_planet, light=light, x=x, y=y, size=size, tones=planet, ringed=bool(rng.random() < 0.45 and said != 1))
    )
    if rng.random() < 0.6:
        back.append(partial(_planet, light=light, x=0.5 - side * 0.34, y=float(rng.uniform(0.14, 0.3)), size=0.045,
                            tones=[rgb("#cfc8c2"), rgb("#8d8790"), rgb("#f3efe9")], ringed=False))  # fmt: skip
    return Place(back, [], 0.5, 0.72, surface="air")


def _nebula(canvas: Canvas, gas: list[RGB]) -> None:
    height, width, unit = canvas.height, canvas.width, canvas.unit
    cloud = fractal(canvas.rng, height, width, unit * 0.55, 7)
    veil = fractal(canvas.rng, height, width, unit * 0.4, 7)
    dark, middle, bright = gas
    canvas.pixels[:] = mix(dark, rgb("#03040f"), 0.72)
    ridged = 1 - np.abs(veil) * 1.6
    canvas.lay(smoothstep(-0.25, 0.7, cloud) * 0.8, mix(dark, middle, 0.35))
    canvas.lay(smoothstep(0.05, 0.8, cloud * 0.7 + veil * 0.4) * 0.75, middle)
    canvas.lay(smoothstep(0.82, 1.02, ridged) * smoothstep(-0.05, 0.6, cloud) * 0.55, bright)
    canvas.depth[:] = 250


def _stars(canvas: Canvas) -> None:
    number = int(900 * canvas.width * canvas.height / canvas.unit**2)
    xs, ys = canvas.rng.random(number) * canvas.width, canvas.rng.random(number) * canvas.height
    sizes = canvas.unit * (0.0005 + 0.003 * canvas.rng.random(number) ** 9)
    warm = canvas.rng.random(number)
    for x, y, size, tone in zip(xs, ys, sizes, warm, strict=True):
        glow.halo(canvas, x, y, max(size * 3, 1.5), _starlight(float(tone)), 0.5 + 0.7 * float(tone))


def _starlight(tone: float) -> RGB:
    return np.array([0.8 + 0.2 * tone, 0.88, 1.0 - 0.2 * tone], np.float32)


def _planet(canvas: Canvas, light: Light, x: float, y: float, size: float, tones: list[RGB], ringed: bool) -> None:
    radius = size * canvas.unit
    cx, cy = x * canvas.width, y * canvas.height
    box = int(radius * 1.06) + 2
    top, left = int(cy) - box, int(cx) - box
    v = (np.arange(2 * box, dtype=np.float32) + top - cy)[:, None] / radius
    u = (np.arange(2 * box, dtype=np.float32) + left - cx)[None] / radius
    away = u * u + v * v
    z = np.sqrt(np.clip(1 - away, 0, 1))
    surface = _surface(canvas, u, v, tones, banded=ringed or bool(canvas.rng.random() < 0.4))
    towards = np.array([np.sign(light.x - 0.5) * 0.75, -0.45, 0.48], np.float32)
    shine = u * towards[0] + v * towards[1] + z * towards[2]
    lit = smoothstep(-0.15, 0.75, shine)[..., None]
    colour = surface * (0.06 + 1.0 * lit) + tones[2] * (np.clip(1 - z, 0, 1) ** 3 * 0.5)[..., None] * lit
    glow.halo(canvas, cx + towards[0] * radius * 0.2, cy - radius * 0.1, radius * 1.5, tones[2], 0.35)
    if ringed:
        _ring(canvas, cx, cy, radius, tones, behind=True)
    mask = np.clip((1 - np.sqrt(away)) * radius + 0.5, 0, 1)
    canvas.lay(mask.astype(np.float32), np.clip(colour, 0, 1).astype(np.float32), top, left, 200)
    if ringed:
        _ring(canvas, cx, cy, radius, tones, behind=False)


def _surface(canvas: Canvas, u: Field, v: Field, tones: list[RGB], banded: bool) -> Field:
    box = u.shape[1]
    rough = fractal(canvas.rng, box, box, box * 0.28, 7)
    if banded:
        level = np.sin((v * 1.1 + u * 0.28 + rough * 0.10) * 14) * 0.5 + 0.5 + rough * 0.25
        share = smoothstep(0.1, 0.9, level)
        return np.asarray(tones[1] + (tones[0] - tones[1]) * share[..., None], np.float32)
    land = smoothstep(0.02, 0.10, rough)[..., None]
    sea, ground = tones[1], lighter(mix(tones[0], rgb("#7aa05a"), 0.55), -0.02)
    cloud = smoothstep(0.12, 0.6, fractal(canvas.rng, box, box, box * 0.2, 6, 2.2))[..., None]
    colour = sea + (ground - sea) * land
    return np.asarray(colour + (tones[2] - colour) * cloud * 0.85, np.float32)


def _ring(canvas: Canvas, cx: float, cy: float, radius: float, tones: list[RGB], behind: bool) -> None:
    box_w, box_h = int(radius * 2.25), int(radius * 0.9)
    top, left = int(cy) - box_h, int(cx) - box_w
    y = (np.arange(2 * box_h, dtype=np.float32) + top - cy)[:, None] / radius
    x = (np.arange(2 * box_w, dtype=np.float32) + left - cx)[None] / radius
    y = y + x * 0.16
    away = np.sqrt(x * x + (y / 0.26) ** 2)
    bands = 0.55 + 0.45 * np.sin(away * 34) * np.sin(away * 13 + 1)
    mask = smoothstep(1.28, 1.34, away) * (1 - smoothstep(2.0, 2.08, away)) * bands * 0.85
    half = (y < 0) if behind else (y >= 0)
    canvas.lay((mask * half).astype(np.float32), mix(tones[0], tones[2], 0.6), top, left, 195)
