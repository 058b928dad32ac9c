"""A room: a painted wall, a window with the hour outside, its light on a wooden floor, a few quiet things."""

from functools import partial

import cv2
import numpy as np

from app.engines.illustrator.brushes import drawing, glow
from app.engines.illustrator.brushes.noise import fractal, smoothstep
from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.colour import RGB, lighter, mix, ramp, rgb
from app.engines.illustrator.light import Light
from app.engines.illustrator.stage import Place, Stage

WALLS = ("#e9d9c3", "#cfdcd6", "#d9cfe0", "#e7c9b8", "#c6d3de", "#dfd8a8", "#b9c7b0", "#e5b9a5")
FLOORS = ("#b07b4f", "#8c5f3f", "#c59a68", "#9a7458")
FURNITURE = {"kitchen": ("pot-of-food", "potted-plant"), "bedroom": ("bed", "potted-plant"),
             "library": ("books", "potted-plant"), "office": ("desktop-computer", "potted-plant")}  # fmt: skip


def compose(stage: Stage) -> Place:
    light, rng = indoors(stage.light), stage.rng
    foot = float(rng.uniform(0.66, 0.72))
    wall = _dim(rgb(str(rng.choice(WALLS))), light)
    wood = _dim(rgb(str(rng.choice(FLOORS))), light)
    left = light.x < 0.5
    window = 0.24 if left else 0.76
    back: list[Layer] = [partial(_wall, wall=wall, light=light, foot=foot, window=window)]
    back.append(partial(_window, stage=stage, light=light, x=window, top=0.14, bottom=min(0.5, foot - 0.14)))
    back.append(partial(_boards, wood=wood, foot=foot))
    back.append(partial(_skirting, wall=wall, foot=foot))
    back.append(partial(_beam, light=light, window=window, foot=foot))
    back.append(partial(_pictures, stage=stage, x=1 - window, wall=wall))
    if rng.random() < 0.75:
        back.append(
            partial(_rug, light=light, tone=str(rng.choice(["#a8483f", "#3f6f86", "#6f8a5a", "#8a5f8f", "#c08a3f"])))
        )
    back.append(partial(_things, stage=stage, light=light, foot=foot, left=left))
    return Place(back, [], foot - 0.2, 0.9)


def indoors(light: Light) -> Light:
    """Inside, lamps keep the night from being dark."""
    from dataclasses import replace

    return replace(light, soft=max(light.soft, 0.25))


def _dim(colour: RGB, light: Light) -> RGB:
    return mix(colour * (0.5 + 0.5 * light.ambient), rgb("#2b2440"), 0.42 * light.dark)


def _wall(canvas: Canvas, wall: RGB, light: Light, foot: float, window: float) -> None:
    rows = int(foot * canvas.height)
    x = np.linspace(0, 1, canvas.width, dtype=np.float32)[None]
    y = np.linspace(0, 1, rows, dtype=np.float32)[:, None]
    fall = np.exp(-(((x - window) / 0.55) ** 2) - ((y - 0.5) / 0.75) ** 2)
    rough = fractal(canvas.rng, rows, canvas.width, canvas.unit * 0.05, 5) * 0.012
    tone = (0.84 + 0.24 * fall + rough)[..., None]
    canvas.pixels[:rows] = wall * tone + (light.sun * 0.05) * fall[..., None]
    if canvas.rng.random() < 0.5:
        stripes = (np.sin(x * canvas.width / canvas.unit * 2 * np.pi * 16) > 0.6) * 0.022
        canvas.pixels[:rows] += stripes[..., None]
    canvas.depth[:rows] = 200


def _window(canvas: Canvas, stage: Stage, light: Light, x: float, top: float, bottom: float) -> None:
    wide = int(canvas.unit * 0.34)
    tall = int((bottom - top) * canvas.height)
    left, y = int(x * canvas.width - wide / 2), int(top * canvas.height)
    stops = [(i / (len(stage.light.sky) - 1), stop) for i, stop in enumerate(stage.light.sky)]
    view = np.repeat(ramp(stops, np.linspace(0, 1, tall, dtype=np.float32))[:, None], wide, 1)
    hill = tall * (0.78 + 0.08 * np.sin(np.linspace(0, 5, wide) + float(canvas.rng.uniform(0, 6))))
    land = smoothstep(-1, 1, (np.arange(tall)[:, None] - hill).astype(np.float32))[..., None]
    view = (
        view
        + (mix(rgb("#6f9a63") * stage.light.ambient, stage.light.shade, 0.2 + 0.5 * stage.light.dark) - view) * land
    )
    frame = lighter(rgb("#f6f1e7") * (0.6 + 0.4 * light.ambient), -0.25 * light.dark)
    edge = max(int(wide * 0.055), 2)
    canvas.lay(np.full((tall + 4 * edge, wide + 4 * edge), 0.25, np.float32), rgb("#2a2030"), y - edge, left - edge)
    canvas.lay(np.ones((tall + 2 * edge, wide + 2 * edge), np.float32), frame, y - edge, left - edge, 195)
    canvas.lay(np.ones((tall, wide), np.float32), view.astype(np.float32), y, left, 235)
    if stage.light.dark > 0.6:
        glow.disc(canvas, left + wide * 0.7, y + tall * 0.25, wide * 0.06, stage.light.sun)
    bar = max(edge // 2, 1)
    canvas.lay(np.ones((tall, bar), np.float32), frame, y, left + wide // 2 - bar // 2, 195)
    canvas.lay(np.ones((bar, wide), np.float32), frame, y + int(tall * 0.42), left, 195)
    sill = np.ones((edge * 2, wide + 6 * edge), np.float32)
    canvas.lay(sill, lighter(frame, -0.05), y + tall + edge, left - 3 * edge, 190)


def _boards(canvas: Canvas, wood: RGB, foot: float) -> None:
    """Planks running away from the eye, each a little different, with grain along them."""
    top = int(foot * canvas.height)
    rows = canvas.height - top
    down = (np.arange(rows, dtype=np.float32)[:, None] + rows * 0.55) / (rows * 1.55)
    across = (np.arange(canvas.width, dtype=np.float32)[None] - canvas.width / 2) / canvas.unit / down
    plank = across * 7.0
    number = np.floor(plank)
    seam = np.abs(plank - number - 0.5) * 2
    tint = np.sin(number * 12.9898 + float(canvas.rng.uniform(0, 50))) * 0.055
    grain = cv2.resize(fractal(canvas.rng, 64, 1024, 9, 3), (canvas.width, rows), interpolation=cv2.INTER_CUBIC)
    tone = (1 + tint + grain * 0.05 - smoothstep(0.955, 1.0, seam) * 0.30) * (0.86 + 0.2 * down)
    canvas.pixels[top:] = wood * tone[..., None]
    canvas.depth[top:] = np.maximum(190 * (1 - np.linspace(0, 1, rows) ** 0.7), 30).astype(np.uint8)[:, None]


def _skirting(canvas: Canvas, wall: RGB, foot: float) -> None:
    tall = max(int(canvas.unit * 0.028), 2)
    y = int(foot * canvas.height)
    canvas.lay(np.ones((tall, canvas.width), np.float32), lighter(wall, 0.09), y - tall, 0, 190)
    canvas.lay(np.full((max(tall // 3, 1), canvas.width), 0.35, np.float32), rgb("#241a20"), y, 0)


def _beam(canvas: Canvas, light: Light, window: float, foot: float) -> None:
    """The window's light, lying across the floor away from it."""
    if light.dark > 0.6:
        glow.halo(canvas, (1 - window) * canvas.width, 0.3 * canvas.height, canvas.unit * 0.75, rgb("#ffca85"), 0.5)
        return
    w, h = canvas.width, canvas.height
    side = 1 if window < 0.5 else -1
    near, far = (foot + 0.30) * h, (foot + 0.05) * h
    mask = np.zeros((h, w), np.uint8)
    for pane in (0, 1):
        a = window * w + (pane - 1) * 0.16 * canvas.unit + side * 0.16 * canvas.unit
        b = a + 0.14 * canvas.unit
        shift = side * 0.30 * canvas.unit
        quad = np.array([(a, far), (b, far), (b + shift + 0.05 * w * side, near), (a + shift, near)])
        cv2.fillPoly(mask, [np.round(quad * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    soft = cv2.GaussianBlur(mask, (0, 0), canvas.unit * 0.008).astype(np.float32) / 255
    canvas.pixels += (1 - np.minimum(canvas.pixels, 1)) * soft[..., None] * light.sun * 0.42 * (1 - light.soft * 0.6)


def _pictures(canvas: Canvas, stage: Stage, x: float, wall: RGB) -> None:
    """One or two framed prints on the other side of the wall."""
    rng = canvas.rng
    tones = [rgb(c) for c in stage.scene.palette[:3]]
    for i in range(int(rng.integers(1, 3))):
        wide, tall = canvas.unit * rng.uniform(0.11, 0.15), canvas.unit * rng.uniform(0.14, 0.19)
        left, top = int(x * canvas.width + (i - 0.6) * canvas.unit * 0.19), int(canvas.height * rng.uniform(0.2, 0.26))
        edge = max(int(wide * 0.09), 2)
        w, h = int(wide), int(tall)
        canvas.lay(np.full((h + edge, w + edge), 0.28, np.float32), rgb("#1f1820"), top + edge // 2, left + edge // 2)
        canvas.lay(np.ones((h, w), np.float32), lighter(wall, -0.38), top, left, 190)
        at = np.linspace(0, 1, h - 2 * edge, dtype=np.float32)
        print_ = np.repeat(ramp([(0, tones[0]), (0.55, tones[1]), (1, tones[2])], at)[:, None], w - 2 * edge, 1)
        canvas.lay(np.ones(print_.shape[:2], np.float32), print_, top + edge, left + edge, 190)
        glow.disc(canvas, left + w * 0.6, top + h * 0.42, w * 0.14, lighter(tones[2], 0.1))


def _rug(canvas: Canvas, light: Light, tone: str) -> None:
    colour = _dim(rgb(tone), light)
    y = (np.arange(canvas.height, dtype=np.float32)[:, None] / canvas.height - 0.885) / 0.085
    x = (np.arange(canvas.width, dtype=np.float32)[None] / canvas.width - 0.5) / 0.40
    away = np.sqrt(x * x + y * y)
    canvas.lay(1 - smoothstep(0.99, 1.01, away), colour)
    ring = smoothstep(0.84, 0.86, away) * (1 - smoothstep(0.92, 0.94, away))
    canvas.lay(np.asarray(ring, np.float32), lighter(colour, 0.16))
    weave = 1 + 0.03 * np.sign(np.sin(y * 160)) * (away < 1)
    canvas.pixels *= np.asarray(weave, np.float32)[..., None]


def _things(canvas: Canvas, stage: Stage, light: Light, foot: float, left: bool) -> None:
    rng = canvas.rng
    words = stage.scene.prompt.lower()
    known = next((things for word, things in FURNITURE.items() if word in words), None)
    names = list(known or rng.choice(["potted-plant", "couch-and-lamp", "chair", "books", "guitar"], 2, replace=False))
    taken = {subject.art for subject in stage.scene.subjects}
    for name, x in zip([n for n in names if n not in taken], (0.9, 0.1) if left else (0.1, 0.9), strict=False):
        tall = canvas.unit * {"potted-plant": 0.26, "couch-and-lamp": 0.34, "bed": 0.3}.get(str(name), 0.2)
        figure = stage.props.figure(str(name), tall)
        half = figure.cover.shape[1] / 2 + canvas.unit * 0.02
        at = min(max(x * canvas.width, half), canvas.width - half)
        drawing.stand(canvas, figure, at, (foot + 0.065) * canvas.height, light, 150, 0.08)
