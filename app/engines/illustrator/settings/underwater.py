"""Under water: blue that deepens, shafts and ripples of light, sand, weed, corals and small company."""

from functools import partial

import cv2
import numpy as np

from app.engines.illustrator.brushes import drawing, floor, glow
from app.engines.illustrator.brushes.noise import fractal, line, smoothstep
from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.colour import RGB, Field, lighter, mix, ramp, rgb
from app.engines.illustrator.light import Light
from app.engines.illustrator.stage import Place, Stage

WATERS = (("#bff3ee", "#3fb9cf", "#136a9c", "#0a2f5c"), ("#c9f2ff", "#45a9e0", "#1b5fae", "#0d2a66"),
          ("#d8f7e0", "#4fc2b0", "#17788a", "#0b3a58"))  # fmt: skip


def compose(stage: Stage) -> Place:
    light, rng = stage.light, stage.rng
    waters = [rgb(c) for c in WATERS[int(rng.integers(len(WATERS)))]]
    waters = [mix(c, rgb("#071033"), 0.55 * light.dark) for c in waters]
    bed = float(rng.uniform(0.72, 0.8))
    back: list[Layer] = [partial(_deep, waters=waters), partial(_shafts, light=light)]
    back += [partial(_rocks, far=far, bed=bed, waters=waters) for far in (1.0, 0.5)]
    back.append(partial(_sand, bed=bed, waters=waters))
    back.append(partial(_garden, stage=stage, bed=bed, haze=waters[2]))
    back.append(partial(_school, stage=stage, haze=waters[1]))
    return Place(back, [_bubbles, partial(_weed, waters=waters)], bed - 0.1, 0.93)


def _deep(canvas: Canvas, waters: list[RGB]) -> None:
    at = np.linspace(0, 1, canvas.height, dtype=np.float32)
    stops = [(0.0, waters[0]), (0.16, waters[1]), (0.6, waters[2]), (1.0, waters[3])]
    canvas.pixels[:] = ramp(stops, at)[:, None]


def _shafts(canvas: Canvas, light: Light) -> None:
    """Sunlight breaking through the surface in slanted beams from one place above."""
    down = np.arange(canvas.height, dtype=np.float32)[:, None]
    above = -0.5 * canvas.height
    x = (np.arange(canvas.width, dtype=np.float32)[None] - light.x * canvas.width) / (down - above)
    beams = line(canvas.rng, 4096, 190, 4, 0.6)
    at = np.clip((x * 0.42 + 0.5) * 4096, 0, 4095).astype(np.int32)
    fade = np.clip(1 - down / canvas.height * 0.95, 0, 1) ** 1.3
    strength = smoothstep(0.05, 0.8, beams[at]) * fade * 0.42 * (1 - 0.6 * light.dark)
    canvas.pixels += (1 - canvas.pixels) * strength[..., None] * rgb("#e8fff4")
    glow.halo(canvas, light.x * canvas.width, 0, canvas.unit * 0.7, rgb("#f4fff0"), 0.7 * (1 - 0.6 * light.dark))


def _rocks(canvas: Canvas, far: float, bed: float, waters: list[RGB]) -> None:
    across = np.abs(np.linspace(-1, 1, canvas.width, dtype=np.float32)) ** 1.6
    rough = line(canvas.rng, canvas.width, canvas.unit * 0.22, 6, 0.5)
    skyline = (bed + 0.03) * canvas.height - canvas.unit * (0.10 + 0.34 * across * (0.6 + 0.4 * far)) * (
        0.75 + 0.6 * rough
    )
    below = np.arange(canvas.height, dtype=np.float32)[:, None] - skyline
    colour = mix(waters[2], waters[3], 0.25 + 0.55 * (1 - far))
    canvas.lay(np.clip(below + 0.5, 0, 1).astype(np.float32), colour, depth=int(150 + 70 * far))


def _sand(canvas: Canvas, bed: float, waters: list[RGB]) -> None:
    far, near = mix(waters[2], rgb("#d9c79a"), 0.22), mix(waters[2], rgb("#ecd9a8"), 0.62)
    floor.plain(canvas, bed, far, near, 0.10)
    top = int(bed * canvas.height)
    net = np.abs(fractal(canvas.rng, 512, 512, 60, 2))
    light = floor.recede(canvas, (1 - smoothstep(0.0, 0.16, net)).astype(np.float32), top, 1.6)
    fade = np.linspace(0.1, 0.30, light.shape[0], dtype=np.float32)[:, None]
    canvas.pixels[top:] += (light * fade)[..., None] * rgb("#dffbe8")


def _garden(canvas: Canvas, stage: Stage, bed: float, haze: RGB) -> None:
    rng = canvas.rng
    light = _inside(stage.light, haze)
    for near in np.sort(rng.random(7)):
        name = str(rng.choice(["coral", "coral", "spiral-shell", "rock", "oyster"]))
        colour = str(rng.choice(["pink", "orange", "magenta", "yellow", "purple"])) if name == "coral" else None
        size = canvas.unit * (0.10 if name == "coral" else 0.055)
        figure = drawing.shrunk(stage.props.figure(name, size * 1.4, colour=colour), 0.5 + 0.5 * near)
        x = (0.5 + float(rng.choice([-1, 1])) * float(rng.uniform(0.26, 0.52))) * canvas.width
        drawing.stand(
            canvas, figure, x, (bed + 0.02 + (0.95 - bed) * near) * canvas.height, light, 90, 0.35 * (1 - near)
        )


def _school(canvas: Canvas, stage: Stage, haze: RGB) -> None:
    """A few small fish far off, all going one way."""
    rng = canvas.rng
    name, flip = str(rng.choice(["fish", "tropical-fish"])), bool(rng.random() < 0.5)
    light = _inside(stage.light, haze)
    x, y = float(rng.choice([0.2, 0.8])), float(rng.uniform(0.22, 0.4))
    for _ in range(int(rng.integers(4, 9))):
        figure = stage.props.figure(name, canvas.unit * 0.045)
        figure = drawing.shrunk(drawing.flipped(figure) if flip else figure, float(rng.uniform(0.5, 1)))
        spot = ((x + float(rng.normal(0, 0.09))) * canvas.width, (y + float(rng.normal(0, 0.05))) * canvas.height)
        drawing.put(canvas, figure, *spot, light, 140, 0.42)


def _inside(light: Light, haze: RGB) -> Light:
    from dataclasses import replace

    return replace(light, sky=(haze, haze), soft=0.4)


def _bubbles(canvas: Canvas) -> None:
    for _ in range(26):
        x, y = canvas.rng.random() * canvas.width, canvas.rng.random() * canvas.height * 0.9
        radius = canvas.unit * (0.002 + 0.012 * canvas.rng.random() ** 3)
        glow.ring(canvas, x, y, radius, rgb("#eafcff"), 0.55)


def _weed(canvas: Canvas, waters: list[RGB]) -> None:
    """Kelp at both edges, dark and near: it frames the view."""
    mask = np.zeros((canvas.height, canvas.width), np.uint8)
    for side in (0, 1):
        for _ in range(int(canvas.rng.integers(3, 6))):
            x = canvas.rng.uniform(0, 0.10) * canvas.width
            x = x if side == 0 else canvas.width - x
            _frond(mask, canvas, x, canvas.unit * canvas.rng.uniform(0.2, 0.55))
    colour = mix(waters[3], rgb("#1f6b4f"), 0.5)
    canvas.lay(mask.astype(np.float32) / 255, lighter(colour, -0.04), depth=5)


def _frond(mask: Field, canvas: Canvas, x: float, tall: float) -> None:
    phase, swing = canvas.rng.uniform(0, 6), canvas.unit * 0.018
    t = np.linspace(0, 1, 40)
    middle = x + np.sin(t * 9 + phase) * swing * t
    wide = canvas.unit * 0.011 * (1 - t) ** 0.6 * (1 + 0.35 * np.sin(t * 60))
    y = canvas.height - t * tall
    outline = np.concatenate([np.stack([middle - wide, y], -1), np.stack([middle + wide, y], -1)[::-1]])
    cv2.fillPoly(mask, [np.round(outline * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
