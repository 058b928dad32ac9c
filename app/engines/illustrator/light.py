"""The one light of a picture: where it stands, what it colours, and which way shadows fall."""

from dataclasses import dataclass, replace

import numpy as np

from app.engines.illustrator.colour import RGB, lighter, mix, rgb
from app.engines.illustrator.data import table
from app.engines.illustrator.scene import Scene


@dataclass(frozen=True)
class Light:
    """`x` and `height` place the sun or moon (shares of width, and of the sky above the horizon).

    `dark` is 0 by day and 1 at night; `soft` is 0 in clear sun and 1 under a closed sky, where shadows fade.
    """

    sky: tuple[RGB, ...]  # zenith to horizon
    sun: RGB
    ambient: RGB
    shade: RGB
    x: float
    height: float
    dark: float
    soft: float = 0.0

    @property
    def haze(self) -> RGB:
        """What the far distance fades into: the horizon, but rose rather than yellow when the sun is low."""
        if self.height > 0.3 or self.soft > 0.5:
            return self.sky[-1]
        return mix(self.sky[-1], self.sky[-3], 0.55)

    @property
    def lean(self) -> float:
        """How far a shadow leans sideways for each unit of height, away from the light."""
        return (0.5 - self.x) * 2.6 * (1.15 - self.height)

    @property
    def reach(self) -> float:
        """How long a shadow on the ground is for each unit of height, towards the onlooker."""
        return 0.16 + 0.22 * (1 - self.height)


def shine(scene: Scene, rng: np.random.Generator) -> Light:
    """The light of a scene; the seed picks its sky, its side and how high it stands."""
    facts = table("light")[scene.time]
    skies = facts["skies"]
    sky = [rgb(stop) for stop in skies[int(rng.integers(len(skies)))]]
    side = 0.5 + float(rng.choice([-1, 1])) * float(rng.uniform(0.14, 0.32))
    height = facts["height"] * float(rng.uniform(0.8, 1.2))
    light = Light(
        tuple(sky), rgb(facts["sun"]), rgb(facts["ambient"]), rgb(facts["shade"]), side, height, facts["dark"]
    )
    return _weather(light, scene.weather)


def _weather(light: Light, weather: str) -> Light:
    grey = {"clear": 0.0, "cloudy": 0.28, "fog": 0.55, "snow": 0.5, "rain": 0.65, "storm": 0.75}[weather]
    if not grey:
        return light
    deep = rgb("#46505f") if weather in ("rain", "storm") else rgb("#c3ccd8")
    sky = tuple(lighter(mix(stop, deep, grey), -0.08 * light.dark * grey, 1 - grey / 2) for stop in light.sky)
    return replace(light, sky=sky, soft=min(1.0, grey * 1.5), ambient=mix(light.ambient, rgb("#c9d2df"), grey * 0.6))
