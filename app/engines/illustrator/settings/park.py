"""A park or meadow: soft hills, round trees, flowers in the grass. Where a subject stands when nobody says where."""

from functools import partial

from app.engines.illustrator.brushes import floor, sky
from app.engines.illustrator.canvas import Layer
from app.engines.illustrator.colour import lighter
from app.engines.illustrator.settings import nature
from app.engines.illustrator.stage import Place, Stage


def compose(stage: Stage) -> Place:
    light, rng = stage.light, stage.rng
    horizon = float(rng.uniform(0.54, 0.64))
    tone = nature.green(stage)
    back: list[Layer] = sky.layers(light, horizon, stage.scene.weather)
    hills = int(rng.integers(2, 5))
    for i in range(hills):
        far = 1 - i / hills
        back.append(
            partial(nature.hill, light=light, far=far, horizon=horizon - 0.05 + 0.09 * i / hills, tone=tone,
                    swell=float(rng.uniform(0.05, 0.14)))
        )  # fmt: skip
    back.append(
        partial(floor.plain, horizon=horizon + 0.06, far=lighter(tone, 0.05), near=lighter(tone, -0.06), grain=0.16)
    )
    back.append(partial(nature.blades, stage=stage, tone=tone, top=horizon + 0.08))
    back.append(partial(nature.trees, stage=stage, horizon=horizon, number=int(rng.integers(4, 12))))
    return Place(back, [partial(nature.flowers, stage=stage)], horizon, 0.88)
