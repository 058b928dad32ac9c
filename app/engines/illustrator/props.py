"""The drawings of one picture, each rendered once per size, with the body, colour and facing it needs."""

from dataclasses import dataclass

import cv2
import numpy as np

from app.engines.illustrator.art import Art
from app.engines.illustrator.brushes import mascot
from app.engines.illustrator.brushes.drawing import Figure, flipped, render
from app.engines.illustrator.brushes.tint import dyed
from app.engines.illustrator.colour import rgb
from app.engines.illustrator.data import table
from app.engines.illustrator.words import Words

SHARPEST = 760  # pixels a drawing is rendered wide at most: that takes 0.7 s at worst, and a cancel must not wait
KEEP = 24 * 2**20  # bytes of rendered drawings
TURNABLE = ("animal", "transport", "person", "monkey")  # what may face the other way; signs and clocks may not


@dataclass(frozen=True)
class Shape:
    """A drawing's ink in shares of its box: how wide and tall it is, and where its top is over its middle."""

    wide: float
    tall: float
    crest: float  # from its top edge down to the first ink in the middle third, as a share of its height

    @property
    def aspect(self) -> float:
        """Width for each unit of height."""
        return self.wide / self.tall


class Props:
    """Renders drawings from the art index, and keeps them: the same trees and flowers come back in many pictures."""

    def __init__(self, art: Art, words: Words) -> None:
        self._art, self._words = art, words
        self._svgs: dict[tuple[str, bool, int], str] = {}
        self._shapes: dict[tuple[str, bool], Shape] = {}
        self._figures: dict[tuple[str, bool, int, str | None, int], Figure] = {}

    def tidy(self) -> None:
        """Forget everything rendered once it has grown past KEEP; called between pictures."""
        if sum(figure.colour.nbytes + figure.cover.nbytes for figure in self._figures.values()) > KEEP:
            self._figures = {}
            self._svgs = {}

    def shape(self, name: str, body: bool = False) -> Shape:
        """The proportions of a drawing, measured on a small rendering."""
        key = (name, body)
        if key not in self._shapes:
            box = 64
            figure = render(self._svg(name, body, 0), box)
            height, width = figure.cover.shape
            middle = figure.cover[:, width // 3 : max(2 * width // 3, width // 3 + 1)].max(1) > 0.5
            crest = int(np.argmax(middle)) / height if middle.any() else 0.0
            self._shapes[key] = Shape(width / box, height / box, crest)
        return self._shapes[key]

    def figure(self, name: str, tall: float, body: bool = False, colour: str | None = None, choice: int = 0) -> Figure:
        """The drawing `tall` pixels high."""
        tall = max(tall, 4)
        key = (name, body, int(tall), colour, choice)
        if key not in self._figures:
            size = min(max(round(tall / self.shape(name, body).tall), 6), SHARPEST)
            figure = fit(render(self._svg(name, body, choice), size), int(tall))
            self._figures[key] = dyed(figure, rgb(table("colours")["colours"][colour])) if colour else figure
        return self._figures[key]

    def _svg(self, name: str, body: bool, choice: int) -> str:
        key = (name, body, choice)
        if key not in self._svgs:
            svg = self._art.svg(name)
            if body:
                person = self._words.nature(name).kind.startswith("person")
                svg = mascot.dressed(svg, render(svg, 48), person, choice)
            self._svgs[key] = svg
        return self._svgs[key]


def fit(figure: Figure, tall: int) -> Figure:
    """The figure brought to exactly `tall` rows: a matter of a pixel or two, except for giants in ultra."""
    height, width = figure.cover.shape
    if height == tall:
        return figure
    size = (max(round(width * tall / height), 1), max(tall, 1))
    flags = cv2.INTER_AREA if tall < height else cv2.INTER_CUBIC
    parts = (cv2.resize(part, size, interpolation=flags) for part in (figure.colour, figure.cover))
    return Figure(*(np.clip(part, 0, 1) for part in parts))


def turned(figure: Figure, kind: str, flip: bool) -> Figure:
    """The figure facing the other way where that makes sense for its kind."""
    return flipped(figure) if flip and kind.startswith(TURNABLE) else figure
