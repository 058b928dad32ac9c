"""A table top: warm wood or linen near the eye, the room behind it out of focus."""

from functools import partial

import cv2
import numpy as np

from app.engines.illustrator.brushes import glow
from app.engines.illustrator.brushes.noise import fractal, line, smoothstep
from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.colour import RGB, lighter, mix, ramp, rgb
from app.engines.illustrator.light import Light
from app.engines.illustrator.settings.room import indoors
from app.engines.illustrator.stage import Place, Stage

WOODS = ("#a86f43", "#7d5236", "#c2935f", "#8f5f42", "#5f4030")
BACKS = (("#f0dcc0", "#c98f68"), ("#d6e2df", "#7f9f9a"), ("#e6d5e6", "#93708f"), ("#f3e3b5", "#bf9550"),
         ("#c9d6e6", "#5f7798"), ("#d9dcc0", "#76865a"))  # fmt: skip


def compose(stage: Stage) -> Place:
    light, rng = indoors(stage.light), stage.rng
    edge = float(rng.uniform(0.56, 0.63))
    bright, deep = (rgb(c) for c in BACKS[int(rng.integers(len(BACKS)))])
    wood = mix(rgb(str(rng.choice(WOODS))) * (0.5 + 0.5 * light.ambient), rgb("#1c1626"), 0.45 * light.dark)
    back: list[Layer] = [partial(_room, light=light, bright=bright, deep=deep), partial(_window, light=light)]
    back += [
        partial(_bokeh, light=light),
        partial(_planks, wood=wood, edge=edge),
        partial(_sheen, light=light, edge=edge),
    ]
    if rng.random() < 0.35:
        cloth = str(rng.choice(["#f4efe4", "#dfe6e4", "#e6d3bd", "#cfd8c4"]))
        back.append(partial(_runner, light=light, edge=edge, tone=cloth))
    return Place(back, [], edge - 0.14, 0.87)


def _room(canvas: Canvas, light: Light, bright: RGB, deep: RGB) -> None:
    at = np.linspace(0, 1, canvas.height, dtype=np.float32)
    night = rgb("#171226")
    stops = [
        (0.0, mix(deep, night, 0.6 * light.dark)),
        (0.55, mix(bright, night, 0.5 * light.dark)),
        (1.0, mix(deep, night, 0.5)),
    ]
    canvas.pixels[:] = ramp(stops, at)[:, None]
    canvas.depth[:] = 245
    soft = fractal(canvas.rng, canvas.height, canvas.width, canvas.unit * 0.6, 2)
    canvas.pixels *= (1 + 0.07 * soft)[..., None]
    for _ in range(5):
        wide, tall = canvas.unit * canvas.rng.uniform(0.08, 0.22), canvas.unit * canvas.rng.uniform(0.2, 0.5)
        _blurred(canvas, float(canvas.rng.random()), wide, tall, mix(deep, night, float(canvas.rng.uniform(0, 0.3))))


def _blurred(canvas: Canvas, x: float, wide: float, tall: float, tone: RGB) -> None:
    """Some piece of furniture, so far out of focus that it is only a tone."""
    soft = canvas.unit * 0.05
    y = np.arange(canvas.height, dtype=np.float32)[:, None]
    at = np.arange(canvas.width, dtype=np.float32)[None] - x * canvas.width
    mask = 1 - smoothstep(wide / 2 - soft * 0.5, wide / 2 + soft, np.abs(at))
    mask = mask * smoothstep(0.62 * canvas.height - tall - soft, 0.62 * canvas.height - tall + soft, y) * 0.38
    canvas.lay(np.asarray(mask, np.float32), tone)


def _window(canvas: Canvas, light: Light) -> None:
    x = light.x * canvas.width
    strength = 0.75 * (1 - 0.75 * light.dark)
    glow.halo(canvas, x, canvas.height * 0.2, canvas.unit * 0.85, light.sun, strength)


def _bokeh(canvas: Canvas, light: Light) -> None:
    """Discs of light in the blur."""
    rng = canvas.rng
    tint = mix(light.sun, rgb("#ffd9a0"), 0.5)
    for _ in range(int(rng.integers(10, 22))):
        x, y = rng.random() * canvas.width, rng.random() * 0.5 * canvas.height
        radius = canvas.unit * rng.uniform(0.012, 0.045)
        size = int(2 * radius) + 5
        d = np.hypot(np.arange(size)[:, None] - size / 2, np.arange(size)[None] - size / 2) / radius
        mask = 1 - smoothstep(0.90, 1.0, d.astype(np.float32))
        mask = (
            mask
            * (0.55 + 0.45 * smoothstep(0.5, 0.95, d.astype(np.float32)))
            * rng.uniform(0.08, 0.22 + 0.2 * light.dark)
        )
        canvas.lay(np.asarray(mask, np.float32), tint, int(y - radius), int(x - radius))


def _planks(canvas: Canvas, wood: RGB, edge: float) -> None:
    """Boards running across, their grain drawn long, darker towards the far edge."""
    top = int(edge * canvas.height)
    rows = canvas.height - top
    down = np.linspace(0, 1, rows, dtype=np.float32)
    depth = np.log(1 + down * 2.4) / np.log(3.4)
    board = depth * 4.0
    number = np.floor(board)
    seam = 1 - np.minimum(np.abs(board - number), np.abs(board - number - 1)) * 2
    tint = np.sin(number * 78.233 + float(canvas.rng.uniform(0, 90))) * 0.07
    grain = fractal(canvas.rng, 320, 640, 26, 5, 7.0)
    v = np.repeat((depth * 319)[:, None], canvas.width, 1).astype(np.float32)
    across = (np.arange(canvas.width, dtype=np.float32) - canvas.width / 2) / canvas.unit
    u = (320 + across[None] * 300 / (0.55 + 0.45 * down[:, None]) + number[:, None] * 97).astype(np.float32)
    figure = cv2.remap(grain, u, v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    fine = 1 - np.abs(np.sin(figure * 9)) ** 0.4
    tone = 0.90 + 0.16 * down + tint
    tone = (
        tone[:, None] + figure * 0.10 - fine * 0.07 - (smoothstep(0.965, 1.0, seam.astype(np.float32)) * 0.22)[:, None]
    )
    canvas.pixels[top:] = wood * tone[..., None]
    canvas.depth[top:] = np.maximum(170 * (1 - down) ** 1.4, 30).astype(np.uint8)[:, None]
    lip = max(int(canvas.unit * 0.004), 1)
    canvas.lay(np.full((lip, canvas.width), 0.5, np.float32), lighter(wood, 0.14), top, 0)


def _sheen(canvas: Canvas, light: Light, edge: float) -> None:
    """The window's soft reflection on the polished wood."""
    top = int(edge * canvas.height)
    rows = canvas.height - top
    y = np.linspace(0, 1, rows, dtype=np.float32)[:, None]
    x = (np.arange(canvas.width, dtype=np.float32)[None] / canvas.width - light.x) / 0.24
    shine = np.exp(-(x**2)) * np.exp(-((y / 0.55) ** 2)) * (0.42 - 0.25 * light.dark)
    canvas.pixels[top:] += (1 - np.minimum(canvas.pixels[top:], 1)) * light.sun * shine[..., None]


def _runner(canvas: Canvas, light: Light, edge: float, tone: str) -> None:
    """A cloth laid across, with a woven stripe along its hem."""
    colour = mix(rgb(tone) * (0.5 + 0.5 * light.ambient), rgb("#1c1626"), 0.4 * light.dark)
    top = int((edge + 0.10) * canvas.height)
    rows = canvas.height - top
    hem = line(canvas.rng, canvas.width, canvas.unit * 0.5, 2)[None] * canvas.unit * 0.006
    down = np.arange(rows, dtype=np.float32)[:, None] - hem
    weave = fractal(canvas.rng, rows, canvas.width, canvas.unit * 0.03, 4) * 0.03
    fold = np.sin(np.arange(canvas.width, dtype=np.float32)[None] / canvas.unit * 9 + hem * 0.05) * 0.018
    stripe = (smoothstep(0.030, 0.034, down / canvas.unit) - smoothstep(0.044, 0.048, down / canvas.unit))[..., None]
    cloth = colour * (1 + weave + fold)[..., None]
    cloth = cloth + (lighter(colour, -0.2 if colour.mean() > 0.5 else 0.25) - cloth) * stripe * 0.8
    canvas.lay(smoothstep(0, 2, down), cloth.astype(np.float32), top)
