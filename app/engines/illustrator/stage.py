"""What a setting is handed, and what it hands back."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.engines.illustrator.canvas import Layer
from app.engines.illustrator.light import Light
from app.engines.illustrator.props import Props
from app.engines.illustrator.scene import Scene
from app.engines.illustrator.words import Words


@dataclass(frozen=True)
class Stage:
    """A scene to be set up: its light, the frame's shape, random numbers for the layout, the drawings."""

    scene: Scene
    light: Light
    width: int
    height: int
    rng: np.random.Generator
    props: Props
    words: Words
    fonts: Path

    @property
    def wide(self) -> float:
        """Width as a share of the shorter side."""
        return self.width / min(self.width, self.height)


@dataclass(frozen=True)
class Place:
    """A setting, composed: layers behind the subjects, layers before them, and where subjects may stand.

    `horizon` and `feet` are shares of the height: things on the horizon are infinitely small, things whose feet
    are at `feet` have their full size.
    """

    back: list[Layer]
    front: list[Layer]
    horizon: float
    feet: float
    surface: str = "land"  # land, or air where nothing has weight and nothing throws a shadow
    centred: bool = False  # a lone subject stands in the middle: on a plinth, on a poster
    water: tuple[float, float] | None = None  # the water's upper and lower edge, where there is some
