"""From a request to pictures: read, light, compose, paint layer by layer, treat in the asked style."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from app.engines.illustrator import air, cast, sign
from app.engines.illustrator.art import Art
from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.given import again, edit
from app.engines.illustrator.given.open import Given
from app.engines.illustrator.given.wish import wish
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

TREATMENTS = STYLES | VARIANTS
UNNAMED = "illustration"  # the style of words that name none
VARIED = ("illustration", "oil", "photographic", "watercolor", "3d", "anime", "comic")


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
        given = Given(request, request.source) if request.source else None
        aim = wish(request.prompt).thing if given and given.hole is not None else request.prompt
        scene = read(aim, request.negative_prompt, self.words)
        paintings = []
        for n in range(request.count):
            style = _style(request.style or _varied(request, n) or scene.style)
            self.props.tidy()
            canvas = Canvas(request.width, request.height, request.seed + n)
            if given:
                given.onto(canvas)
                steps = self._layers_over(given, aim, scene, style, canvas, treated=bool(request.style))
            else:
                steps = self._layers(scene, style, canvas)
            for share in _worked(steps, canvas):
                on_progress((n + share) / request.count)
            image = given.finished(canvas.image()) if given else canvas.image()
            paintings.append(Painting(image, request.seed + n, style))
        return paintings

    def _layers(self, scene: Scene, style: str, canvas: Canvas) -> list[Layer]:
        stage = self._stage(scene, canvas)
        place = SETTINGS[scene.setting](stage)
        behind, before = air.layers(stage)
        figures = [*cast.layers(stage, place), *sign.layers(stage, place)]
        return [*place.back, *behind, *figures, *place.front, *before, *_treatment(style, scene)]

    def _layers_over(
        self, given: Given, aim: str, scene: Scene, style: str, canvas: Canvas, treated: bool
    ) -> list[Layer]:
        """Over a given picture: an edit where there is a mask, else the picture again by its strength."""
        stage = self._stage(scene, canvas)
        place = SETTINGS[scene.setting](stage)
        if given.hole is None:
            said = bool(aim.strip())
            return again.layers(
                stage if said else None, place if said else None, style, TREATMENTS[style], given.strength
            )
        if not given.hole.any():
            return [lambda _: None]
        behind, before = air.layers(stage)
        backdrop = [*place.back, *behind, *place.front, *before]
        return [*edit.layers(stage, given.hole, backdrop, aim), *(TREATMENTS[style] if treated else ())]

    def _stage(self, scene: Scene, canvas: Canvas) -> Stage:
        rng = np.random.default_rng([canvas.seed, 0])
        light = shine(scene, rng)
        return Stage(scene, light, canvas.width, canvas.height, rng, self.props, self.words, self.fonts)


def _worked(steps: list[Layer], canvas: Canvas) -> Iterator[float]:
    """Do the steps; the share that is done after each, and within a long one, where it only creeps on."""
    for i, layer in enumerate(steps):
        canvas.begin(i + 1)
        left = 1.0
        for _ in layer(canvas) or ():
            left *= 0.97
            yield (i + 1 - left) / len(steps)
        yield (i + 1) / len(steps)


def _treatment(style: str, scene: Scene) -> tuple[Layer, ...]:
    """A variant is a look, and none of the styles: where the words name one of those, it stays."""
    if style not in VARIANTS or scene.style == UNNAMED:
        return TREATMENTS[style]
    return STYLES[scene.style] + (VARIANTS[style] if style == "vivid" else ())


def _varied(request: PaintRequest, n: int) -> str | None:
    """The style of another picture like the given one, of which nothing else is said: the seed decides."""
    alone = request.source is not None and request.source.mask is None and not request.prompt.strip()
    return VARIED[(request.seed + n) % len(VARIED)] if alone else None


def _style(name: str) -> str:
    if name not in TREATMENTS:
        raise Refusal("invalid", f"There is no style {name!r}.", field="style")
    return name
