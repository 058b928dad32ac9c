"""A studio: one colour that bends from wall to floor, a soft spotlight, sometimes a plinth. For things, and symbols."""

from functools import partial

import numpy as np

from app.engines.illustrator.brushes import glow
from app.engines.illustrator.brushes.noise import smoothstep
from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.colour import RGB, lighter, mix, oklab, rgb
from app.engines.illustrator.data import table
from app.engines.illustrator.light import Light
from app.engines.illustrator.stage import Place, Stage

PAPERS = ("#e8c9b0", "#b9d0d6", "#d7c7e3", "#c7d3ae", "#f0d78f", "#eab3a6", "#a9b8d8", "#dfe3e6", "#f2c6cf", "#9fc9bd")


def compose(stage: Stage) -> Place:
    rng = stage.rng
    paper = _paper(stage)
    light = _softbox(stage.light)
    bare = not stage.scene.subjects
    alone = len(stage.scene.subjects) == 1 and stage.scene.subjects[0].count == 1
    plinth = bool(rng.random() < 0.6) and (alone or bare)
    bend = float(rng.uniform(0.48, 0.60))
    back: list[Layer] = [partial(_sweep, paper=paper, light=light, bend=bend)]
    wall = (float(rng.uniform(0.2, 0.8)), float(rng.uniform(0.30, 0.50)), float(rng.uniform(0.20, 0.40)))
    back.append(partial(_arch, paper=paper, place=wall, kind=int(rng.integers(int(bare), 5))))
    if plinth:
        back.append(partial(_plinth, paper=paper, light=light))
    return Place(back, [], 0.55, 0.81 if plinth else 0.84, centred=True)


def _paper(stage: Stage) -> RGB:
    """A background the subject stands out from: far in hue, near in spirit."""
    words = stage.scene.prompt.lower()
    for said, tone in (
        ("white background", "#f4f3f0"),
        ("black background", "#1d1c20"),
        ("grey background", "#9a9da3"),
    ):
        if said in words:
            return rgb(tone)
    choices = [rgb(c) for c in PAPERS]
    named = next((subject.colour for subject in stage.scene.subjects if subject.colour), None)
    if named:
        target = oklab(rgb(table("colours")["colours"][named]))
        choices = sorted(choices, key=lambda tone: -float(np.hypot(*(oklab(tone) - target)[1:])))[:4]
    first, second = stage.rng.choice(len(choices), 2, replace=False)
    paper = mix(choices[first], choices[second], float(stage.rng.uniform(0, 0.45)))
    return mix(paper, rgb("#1d1a33"), 0.55 * stage.light.dark)


def _softbox(light: Light) -> Light:
    from dataclasses import replace

    return replace(light, dark=light.dark * 0.3, soft=0.2, height=0.6, ambient=mix(light.ambient, rgb("#ffffff"), 0.7))


def _sweep(canvas: Canvas, paper: RGB, light: Light, bend: float) -> None:
    y = np.linspace(0, 1, canvas.height, dtype=np.float32)[:, None]
    x = np.linspace(0, 1, canvas.width, dtype=np.float32)[None]
    pool = np.exp(-(((x - 0.5 - (light.x - 0.5) * 0.3) / 0.55) ** 2) - ((y - 0.42) / 0.55) ** 2)
    floor = smoothstep(bend, bend + 0.25, y)
    tone = 0.77 + 0.30 * pool + 0.05 * floor - 0.10 * np.exp(-(((y - bend - 0.11) / 0.06) ** 2)) * 0.5
    canvas.pixels[:] = paper * tone[..., None]
    canvas.depth[:] = (240 - 150 * floor).astype(np.uint8)


def _arch(canvas: Canvas, paper: RGB, place: tuple[float, float, float], kind: int) -> None:
    """A quiet shape on the wall behind, its middle and radius in shares: disc, arch, window light, or nothing."""
    if kind == 0:
        return
    tone = lighter(paper, -0.06 if kind % 2 else 0.05, 1.15)
    radius, cy = canvas.unit * place[2], place[1] * canvas.height
    dx = np.arange(canvas.width, dtype=np.float32)[None] - place[0] * canvas.width
    dy = np.arange(canvas.height, dtype=np.float32)[:, None] - cy
    away = np.hypot(dx, np.minimum(dy, 0)) if kind == 2 else np.hypot(dx, dy)
    if kind == 4:  # what a tall window throws on the wall
        away = np.abs(dx + 0.45 * dy) * 1.6
    mask = np.clip(radius - away + 0.5, 0, 1)
    if kind == 2:
        mask = mask * (1 - smoothstep(0.70 * canvas.height - 1, 0.70 * canvas.height + 1, dy + cy))
    canvas.lay(np.asarray(mask, np.float32), tone)


def _plinth(canvas: Canvas, paper: RGB, light: Light) -> None:
    """A low round stand in the middle of the floor, lit from the side."""
    cx, top, radius = canvas.width / 2, canvas.height * 0.80, min(canvas.unit * 0.40, canvas.width * 0.44)
    flat, tall = radius * 0.20, canvas.unit * 0.11
    side = 1.0 if light.x > 0.5 else -1.0
    x = (np.arange(canvas.width, dtype=np.float32)[None] - cx) / radius
    y = np.arange(canvas.height, dtype=np.float32)[:, None]
    rim = np.sqrt(np.clip(1 - x * x, 0, 1)) * flat
    shade = np.exp(-(((x + side * 0.35) / 1.25) ** 2) - ((y - top - tall * 1.0) / (flat * 1.5)) ** 2) * 0.42
    canvas.lay(shade.astype(np.float32), lighter(paper, -0.4))
    inside = np.clip((1 - np.abs(x)) * radius, 0, 1)
    body = np.clip(y - top, 0, 1) * np.clip(top + tall + rim - y, 0, 1) * inside
    turn = np.clip(0.5 + 0.5 * x * side, 0, 1)[..., None]
    wall = lighter(paper, -0.14) + (lighter(paper, 0.02) - lighter(paper, -0.14)) * turn
    canvas.lay(body.astype(np.float32), np.repeat(wall, canvas.height, 0).astype(np.float32), depth=60)
    lid = np.clip(1 - np.hypot(x, (y - top) / flat), 0, 1) * flat
    canvas.lay(np.clip(lid, 0, 1).astype(np.float32), lighter(paper, 0.07), depth=60)
    glow.halo(canvas, cx + side * radius * 0.5, top, radius * 0.7, light.sun, 0.16)
