"""From a request to pictures: read, light, compose, paint layer by layer, treat in the asked style."""

from pathlib import Path

import numpy as np

from app.engines.illustrator import air, cast, sign
from app.engines.illustrator.art import Art
from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.light import shine
from app.engines.illustrator.props import Props
from app.engines.illustrator.read import read
from app.engines.illustrator.scene import Scene
from app.engines.illustrator.settings import SETTINGS
from app.engines.illustrator.stage import Stage
from app.engines.illustrator.styles import STYLES, VARIANTS
from app.engines.illustrator.words import Words
from app.engines.protocol import OnProgress, Painting, PaintRequest, Tint
from app.refusals import Refusal


class Painter:
    """Holds the opened art index, its words and the fonts."""

    def __init__(self, art: Path, fonts: Path) -> None:
        self.art = Art(art)
        self.words = Words(self.art)
        self.props = Props(self.art, self.words)
        self.fonts = fonts

    def tint(self, request: PaintRequest) -> Tint:
        """The first and the last colour of the scene's palette."""
        palette = read(request.prompt, request.negative_prompt, self.words).palette
        return palette[0], palette[-1]

    def paint(self, request: PaintRequest, on_progress: OnProgress) -> list[Painting]:
        """Paint `count` pictures; progress runs over all of them together."""
        scene = read(request.prompt, request.negative_prompt, self.words)
        style = _style(request.style or scene.style)
        paintings = []
        for n in range(request.count):
            self.props.tidy()
            canvas = Canvas(request.width, request.height, request.seed + n)
            steps = self._layers(scene, style, canvas)
            for i, layer in enumerate(steps):
                canvas.begin(i + 1)
                layer(canvas)
                on_progress((n + (i + 1) / len(steps)) / request.count)
            paintings.append(Painting(canvas.image(), request.seed + n, style))
        return paintings

    def _layers(self, scene: Scene, style: str, canvas: Canvas) -> list[Layer]:
        rng = np.random.default_rng([canvas.seed, 0])
        light = shine(scene, rng)
        stage = Stage(scene, light, canvas.width, canvas.height, rng, self.props, self.words, self.fonts)
        place = SETTINGS[scene.setting](stage)
        behind, before = air.layers(stage)
        figures = [*cast.layers(stage, place), *sign.layers(stage, place)]
        return [*place.back, *behind, *figures, *place.front, *before, *(STYLES | VARIANTS)[style]]


def _style(name: str) -> str:
    if name not in STYLES | VARIANTS:
        raise Refusal("invalid", f"There is no style {name!r}.", field="style")
    return name
