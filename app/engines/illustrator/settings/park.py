"""A park or meadow: soft hills, round trees, flowers in the grass. Where a subject stands when nobody says where."""

from functools import partial

from app.engines.illustrator.brushes import drawing, floor, ridge, sky
from app.engines.illustrator.brushes.noise import line
from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.colour import RGB, lighter, mix, rgb
from app.engines.illustrator.light import Light
from app.engines.illustrator.stage import Place, Stage

FLOWERS = ("blossom", "tulip", "sunflower", "hyacinth", "cherry-blossom")


def compose(stage: Stage) -> Place:
    light, rng = stage.light, stage.rng
    horizon = float(rng.uniform(0.56, 0.64))
    green = mix(rgb("#58a845"), rgb("#8dbb4e"), float(rng.random()) * 0.5)
    back: list[Layer] = sky.layers(light, horizon, stage.scene.weather)
    back += [
        partial(_hill, light=light, far=1 - i / 2, horizon=horizon - 0.05 + 0.04 * i, green=green) for i in range(3)
    ]
    tone = mix(green * light.ambient, light.shade, 0.5 * light.dark)
    back.append(partial(floor.plain, horizon=horizon + 0.06, far=lighter(tone, 0.05), near=lighter(tone, -0.06),
                        grain=0.16))  # fmt: skip
    back.append(partial(_trees, stage=stage, horizon=horizon))
    return Place(back, [partial(_flowers, stage=stage)], horizon, 0.88)


def _hill(canvas: Canvas, light: Light, far: float, horizon: float, green: RGB) -> None:
    swell = line(canvas.rng, canvas.width, canvas.unit * 0.7, 3, 0.35)
    skyline = horizon * canvas.height - canvas.unit * (0.03 + 0.05 * far) * swell
    tone = mix(mix(green * light.ambient, light.shade, 0.5 * light.dark), light.haze, 0.15 + 0.5 * far)
    shape = ridge.Ridge(
        skyline, lighter(tone, 0.04), lighter(tone, -0.04), light.haze, 0.2 * far, 0.5, 0, int(120 + 80 * far)
    )
    ridge.paint(canvas, shape, 1.0 if light.x > 0.5 else -1.0)


def _trees(canvas: Canvas, stage: Stage, horizon: float) -> None:
    """Trees left and right of the middle, small ones first, so that the near ones cover the far."""
    rng, unit = canvas.rng, canvas.unit
    names = ["deciduous-tree", "evergreen-tree"]
    drawn = {name: drawing.render(stage.art.svg(name), int(unit * 0.34)) for name in names}
    spots = sorted(
        (float(rng.uniform(0.0, 1.0)) ** 1.4, float(rng.choice([-1, 1]) * rng.uniform(0.42, 1.05))) for _ in range(9)
    )
    for near, across in spots:
        figure = drawing.shrunk(drawn[names[int(rng.integers(2))]], 0.45 + 0.55 * near)
        x = (0.5 + across / 2) * canvas.width
        y = (horizon + 0.065 + 0.075 * near) * canvas.height
        drawing.stand(canvas, figure, x, y, stage.light, int(150 - 60 * near), 0.32 * (1 - near))


def _flowers(canvas: Canvas, stage: Stage) -> None:
    rng, unit = canvas.rng, canvas.unit
    names = rng.choice(FLOWERS, 2, replace=False)
    drawn = [drawing.render(stage.art.svg(str(name)), max(int(unit * 0.06), 12)) for name in names]
    spots = rng.uniform(0, 1, (int(12 * stage.wide), 2))
    for near, across in sorted(spots.tolist()):
        figure = drawing.shrunk(drawn[int(rng.integers(2))], 0.5 + 0.5 * near)
        y = canvas.height * (0.80 + 0.18 * near)
        if abs(across - 0.5) > 0.12 + 0.2 * (1 - near):
            drawing.stand(canvas, figure, across * canvas.width, y, stage.light, 30)
