"""Mountains: snowy ranges far off, wooded hills nearer, each paler with distance; a lake or meadow in front."""

from functools import partial

import numpy as np

from app.engines.illustrator.brushes import floor, ridge, sky
from app.engines.illustrator.brushes.noise import line
from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.colour import RGB, Field, lighter, mix, rgb
from app.engines.illustrator.light import Light
from app.engines.illustrator.settings import nature
from app.engines.illustrator.settings.forest import fir
from app.engines.illustrator.stage import Place, Stage

WOODS = {"": "#2f5d50", "spring": "#4f8a4e", "autumn": "#b0622f", "winter": "#5f7f92"}


def compose(stage: Stage) -> Place:
    light, rng = stage.light, stage.rng
    horizon = float(rng.uniform(0.60, 0.68))
    peak = (0.34 if light.x > 0.5 else 0.66) + float(rng.uniform(-0.09, 0.07))  # away from the sun, so both are seen
    rise = float(rng.uniform(0.30, 0.44))
    snow = 1.0 if stage.scene.season == "winter" else float(rng.choice([0.28, 0.55, 0.8, 1.0]))
    back: list[Layer] = sky.layers(light, horizon * 0.98, stage.scene.weather)
    back.append(
        partial(_range, light=light, far=1.0, base=horizon - 0.02, peak=1.05 - peak, rise=rise * 0.62, snow=snow)
    )
    back.append(partial(_range, light=light, far=0.55, base=horizon + 0.02, peak=peak, rise=rise, snow=snow))
    wood = rgb(WOODS.get(nature.season(stage) or "", WOODS[""]))
    back += [partial(_hills, light=light, near=near, horizon=horizon, wood=wood) for near in (0.15, 0.5)]
    afloat = any(stage.words.nature(subject.art).pose in ("float", "swim") for subject in stage.scene.subjects)
    if stage.scene.subjects and not afloat:
        tone = nature.green(stage)
        back.append(partial(nature.hill, light=light, far=0.0, horizon=horizon + 0.12, tone=tone, swell=0.05))
        back.append(partial(nature.blades, stage=stage, tone=tone, top=horizon + 0.15))
        return Place(back, [partial(nature.flowers, stage=stage)], horizon, 0.9)
    if afloat or rng.random() < 0.5:
        deep = mix(mix(light.shade, light.sky[0], 0.5), rgb("#2d6f8a"), 0.25 * (1 - light.dark))
        back.append(partial(floor.water, horizon=horizon + 0.13, light=light, deep=deep, calm=0.88, clear=0.85))
        back.append(partial(_shore, light=light))
        return Place(back, [], horizon, 0.95, water=(horizon + 0.13, 0.94))
    back += [partial(_hills, light=light, near=near, horizon=horizon, wood=wood) for near in (0.8, 1.0)]
    return Place(back, [], horizon, 0.9)


def _range(canvas: Canvas, light: Light, far: float, base: float, peak: float, rise: float, snow: float) -> None:
    """A sharp range with its highest summit at `peak` (share of width), `rise` above `base`."""
    unit = canvas.unit
    crags = 1 - np.abs(line(canvas.rng, canvas.width, unit * 0.34, 8, 0.5)) * 1.8
    away = np.abs(np.arange(canvas.width, dtype=np.float32) / canvas.width - peak)
    massif = np.clip(1 - away * 1.7, 0.12, 1) ** 1.35
    skyline = base * canvas.height - unit * rise * (massif * (0.72 + 0.34 * crags) + 0.10 * crags)
    rock = mix(rgb("#5f6f94"), light.sky[0], 0.35)
    shaded = mix(_land(light, rock), light.haze, 0.20 + 0.48 * far)
    lit = mix(_glow(light, shaded), light.haze, 0.25 * far)
    shape = ridge.Ridge(skyline.astype(np.float32), lit, shaded, light.haze, 0.35 + 0.5 * far, 1.0,
                        rise * (0.62 if far < 0.9 else 0.5) * snow, int(165 + 60 * far))  # fmt: skip
    ridge.paint(canvas, shape, _side(light))


def _hills(canvas: Canvas, light: Light, near: float, horizon: float, wood: RGB) -> None:
    """Wooded foothills: firs stand along the crest, the smaller the farther."""
    rng, unit = canvas.rng, canvas.unit
    profile = line(rng, canvas.width, unit * (0.75 - 0.2 * near), 4, 0.42)
    tilt = float(rng.choice([-1, 1])) * np.linspace(-0.05, 0.05, canvas.width, dtype=np.float32)
    skyline = (horizon + 0.035 + 0.26 * near) * canvas.height - unit * (0.085 * profile + tilt)
    blue = 0.15 if wood[0] > wood[2] else 0.45  # autumn keeps its red into the distance
    wood = _land(light, mix(wood, rgb("#27406b"), blue + 0.5 * light.dark))
    wood = mix(wood, light.haze, 0.52 * (1 - near) ** 1.4)
    side = _side(light)
    shape = ridge.Ridge(skyline, mix(_glow(light, wood), wood, 0.45 + 0.4 * near), lighter(wood, -0.03), light.haze,
                        0.55 * (1 - near), 0.0, depth=int(150 - 115 * near))  # fmt: skip
    _woods(canvas, skyline, lighter(wood, -0.02), near)
    ridge.paint(canvas, shape, side)


def _woods(canvas: Canvas, skyline: Field, tone: RGB, near: float) -> None:
    rng, unit = canvas.rng, canvas.unit
    mask = np.zeros((canvas.height, canvas.width), np.uint8)
    tall = unit * (0.020 + 0.075 * near)
    clumps = line(rng, canvas.width, unit * 0.22, 3)
    for x in np.arange(0, canvas.width, tall * 0.26):
        at = int(np.clip(x + rng.uniform(-0.2, 0.2) * tall, 0, canvas.width - 1))
        if clumps[at] > rng.uniform(-0.4, 0.5):
            fir(mask, at, float(skyline[at]) + tall * 0.2, tall * rng.uniform(0.55, 1.15), rng)
    canvas.lay(mask.astype(np.float32) / 255, tone, depth=int(150 - 115 * near))


def _shore(canvas: Canvas, light: Light) -> None:
    """The near bank at one corner, dark, so that the water lies behind something."""
    right = canvas.rng.random() < 0.5
    across = np.linspace(0, 1, canvas.width, dtype=np.float32)
    along = np.clip((across if right else 1 - across) * 1.8 - 0.62, 0, 1)
    rough = line(canvas.rng, canvas.width, canvas.unit * 0.2, 5)
    skyline = canvas.height * 1.005 - canvas.unit * along * (0.12 + 0.03 * rough)
    tone = _land(light, mix(rgb("#26463f"), rgb("#202b4d"), 0.5))
    _woods(canvas, np.where(along > 0.1, skyline, canvas.height * 2).astype(np.float32), lighter(tone, -0.02), 1.0)
    ridge.paint(canvas, ridge.Ridge(skyline, lighter(tone, 0.05), tone, light.haze, depth=15), _side(light))


def _land(light: Light, colour: RGB) -> RGB:
    """A land colour in this light."""
    return mix(colour * light.ambient, light.shade, 0.26 + 0.45 * light.dark)


def _glow(light: Light, shaded: RGB) -> RGB:
    """What the shaded colour becomes where the sun strikes it: warmer and clearer, never muddy."""
    warm = light.sky[-2] if light.height < 0.3 else mix(light.sun, light.sky[0], 0.22)
    return lighter(mix(shaded, warm, 0.40 * (1 - 0.5 * light.soft) * (1 - 0.62 * light.dark)), 0.03)


def _side(light: Light) -> float:
    return 1.0 if light.x > 0.5 else -1.0
