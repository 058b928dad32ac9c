"""Mountains: ridge behind ridge, each paler with distance, a lake or a meadow at their feet."""

from functools import partial

from app.engines.illustrator.brushes import floor, ridge, sky
from app.engines.illustrator.brushes.noise import line
from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.colour import lighter, mix, rgb
from app.engines.illustrator.light import Light
from app.engines.illustrator.stage import Place, Stage

RIDGES = 5


def compose(stage: Stage) -> Place:
    light, rng = stage.light, stage.rng
    horizon = float(rng.uniform(0.58, 0.66))
    peak = float(rng.choice([0.3, 0.66]) + rng.uniform(-0.06, 0.06))
    back: list[Layer] = sky.layers(light, horizon * 1.02, stage.scene.weather)
    for i in range(RIDGES):
        near = i / (RIDGES - 1)
        back.append(partial(_ridge, light=light, near=near, horizon=horizon, peak=peak))
    if bool(rng.random() < 0.45) and not stage.scene.subjects:
        back.append(partial(_lake, light=light, horizon=horizon + 0.12))
    elif stage.scene.subjects:
        back.append(partial(_meadow, light=light, horizon=horizon + 0.06))
    return Place(back, [], horizon, 0.9)


def _ridge(canvas: Canvas, light: Light, near: float, horizon: float, peak: float) -> None:
    rng, unit = canvas.rng, canvas.unit
    base = (horizon - 0.10 + 0.34 * near**1.5) * canvas.height
    tall = unit * (0.24 - 0.10 * near)
    profile = line(rng, canvas.width, unit * (0.62 - 0.22 * near), 8, 0.52)
    across = (line(rng, canvas.width, unit, 1) * 0 + 1).cumsum() / canvas.width
    centre = peak if int(near * 4) % 2 == 0 else 1 - peak
    hill = 1 - abs(across - centre) * 2.2
    skyline = base - tall * (profile * 1.1 + 0.55 * hill)
    body = mix(mix(light.shade, rgb("#2b3a67"), 0.4), light.sky[0], 0.25)
    shaded = mix(light.haze, body, 0.30 + 0.62 * near)
    warm = mix(shaded, light.sun, (0.36 - 0.16 * near) * (1 - light.soft * 0.5) * (1 - light.dark * 0.55))
    snow = 0.10 * (1 - near) if 0 < near < 0.8 else 0.0
    side = 1.0 if light.x > 0.5 else -1.0
    ridge.paint(
        canvas,
        ridge.Ridge(
            skyline, warm, lighter(shaded, -0.03), light.haze, 0.75 - 0.5 * near, 1, snow, int(230 - 150 * near)
        ),
        side,
    )


def _lake(canvas: Canvas, light: Light, horizon: float) -> None:
    floor.water(canvas, horizon, light, mix(light.shade, light.sky[0], 0.5), calm=0.9, clear=0.85)


def _meadow(canvas: Canvas, light: Light, horizon: float) -> None:
    skyline = horizon * canvas.height - canvas.unit * 0.05 * line(canvas.rng, canvas.width, canvas.unit * 0.8, 4, 0.4)
    green = mix(rgb("#5d9b4a") * light.ambient, light.shade, 0.55 * light.dark)
    ridge.paint(
        canvas,
        ridge.Ridge(skyline, lighter(green, 0.06), lighter(green, -0.08), light.haze, 0.0, 0.5, depth=60),
        1.0 if light.x > 0.5 else -1.0,
    )
