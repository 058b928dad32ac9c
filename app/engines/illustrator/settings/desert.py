"""A desert: dunes with one bright and one dark side each, heat haze far out."""

from functools import partial

import numpy as np

from app.engines.illustrator.brushes import drawing, sky
from app.engines.illustrator.brushes.cut import polygon
from app.engines.illustrator.brushes.noise import fractal, line, smoothstep
from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.colour import RGB, Field, lighter, mix, rgb
from app.engines.illustrator.light import Light
from app.engines.illustrator.stage import Place, Stage

DUNES = 5


def compose(stage: Stage) -> Place:
    light, rng = stage.light, stage.rng
    horizon = float(rng.uniform(0.5, 0.58))
    back: list[Layer] = sky.layers(light, horizon, stage.scene.weather)
    sand = mix(rgb("#e0a75c"), rgb("#d98a55"), float(rng.random()))
    back += [partial(_dune, light=light, near=i / (DUNES - 1), horizon=horizon, sand=sand) for i in range(DUNES)]
    if any(word in stage.scene.prompt.lower() for word in ("pyramid", "egypt", "sphinx", "pharaoh")):
        back[-DUNES + 2 : -DUNES + 2] = [partial(_pyramids, light=light, base=horizon + 0.04, sand=sand)]
    back.append(partial(_growth, stage=stage, horizon=horizon))
    return Place(back, [], horizon, 0.9)


def _pyramids(canvas: Canvas, light: Light, base: float, sand: RGB) -> None:
    """Two pyramids, each with a bright and a dark face."""
    side = 1 if light.x > 0.5 else -1
    for x, tall, far in ((0.5 - side * 0.24, 0.19, 0.35), (0.5 - side * 0.02, 0.27, 0.2)):
        foot, peak = base * canvas.height, (x * canvas.width, base * canvas.height - tall * canvas.unit)
        half, turn = tall * canvas.unit * 0.86, tall * canvas.unit * 0.22 * side
        tone = mix(mix(sand * light.ambient, light.shade, 0.5 * light.dark), light.haze, far)
        for end, colour in (
            (side, lighter(mix(tone, light.sun, 0.15), 0.02)),
            (-side, mix(lighter(tone, -0.15), light.shade, 0.15)),
        ):
            edge = peak[0] - turn
            points = np.array([peak, (edge, foot), (peak[0] + end * half, foot)])
            canvas.lay(polygon(canvas, points), colour, depth=190)


def _growth(canvas: Canvas, stage: Stage, horizon: float) -> None:
    """A cactus or two and a few stones, off to the sides."""
    rng = canvas.rng
    for near in np.sort(rng.random(5)):
        name = "cactus" if rng.random() < 0.5 else "rock"
        tall = canvas.unit * (0.05 + 0.10 * near) * (1.0 if name == "cactus" else 0.3)
        x = (0.5 + float(rng.choice([-1, 1])) * float(rng.uniform(0.22, 0.5))) * canvas.width
        y = (horizon + 0.10 + 0.30 * near) * canvas.height
        drawing.stand(
            canvas, stage.props.figure(name, tall), x, y, stage.light, int(160 - 100 * near), 0.3 * (1 - near)
        )


def _dune(canvas: Canvas, light: Light, near: float, horizon: float, sand: Field) -> None:
    rng, unit = canvas.rng, canvas.unit
    base = (horizon + 0.02 + 0.30 * near**1.4) * canvas.height
    crest = base - unit * (0.05 + 0.07 * near) * line(rng, canvas.width, unit * (0.45 + 0.35 * near), 2, 0.3)
    top = max(int(crest.min()) - 1, 0)
    rows = canvas.height - top
    below = np.arange(top, canvas.height, dtype=np.float32)[:, None] - crest
    drift = fractal(rng, rows, canvas.width, unit * 0.5, 3)
    slope = np.gradient(crest) * (1.0 if light.x > 0.5 else -1.0)
    at = np.clip(np.arange(canvas.width) + below * 0.9 * np.sign(0.5 - light.x), 0, canvas.width - 1).astype(np.int32)
    turned = smoothstep(-0.10, 0.10, np.take(slope.astype(np.float32), at) * -1 + drift * 0.03)
    ripples = (
        np.sin((below / (1 + below * 0.0012) + drift * unit * 0.05) / (unit * (0.004 + 0.006 * near))) * 0.018 * near
    )
    tone = mix(sand * light.ambient, light.shade, 0.55 * light.dark)
    bright = mix(mix(tone, light.haze, 0.6 * (1 - near) ** 1.3), light.sun, 0.12 * (1 - light.dark))
    dim = mix(mix(lighter(tone, -0.16), light.shade, 0.18), light.haze, 0.55 * (1 - near) ** 1.3)
    colour = dim + (bright - dim) * turned[..., None] * (1 - light.soft * 0.4) + ripples[..., None]
    canvas.lay(np.clip(below + 0.5, 0, 1), colour.astype(np.float32), top, depth=int(220 - 180 * near))
