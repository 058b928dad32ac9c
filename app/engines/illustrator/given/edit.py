"""Magic edit: what is marked gives way to its surroundings; what the prompt names is painted there, in their light."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import cv2
import numpy as np

from app.engines.illustrator import perform
from app.engines.illustrator.actor import Actor
from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.colour import Field, from_oklab, oklab, rgb
from app.engines.illustrator.data import table
from app.engines.illustrator.given.daylight import belong, daylight
from app.engines.illustrator.given.fill import feather, fill
from app.engines.illustrator.given.spot import gathered
from app.engines.illustrator.stage import Place, Stage

NO_PLACE = Place([], [], 0.4, 0.8)


def layers(stage: Stage, hole: Field, backdrop: list[Layer], thing: str) -> list[Layer]:
    """Over a canvas that holds the picture: the fill, then what is wished for. `backdrop` paints the scene's place."""
    scene = stage.scene
    if thing and not scene.subjects and not scene.named and scene.colours and not hole.all():
        return [partial(dye, hole=hole, colour=scene.colours[0])]
    if not hole.all():
        filled: list[Layer] = [partial(fill, hole=hole)]
    else:
        filled, backdrop = list(backdrop), []
    if not thing:
        return filled
    if scene.subjects:
        return [*filled, partial(people, stage=stage, hole=hole)]
    return [partial(scenery, hole=hole, backdrop=backdrop)] if scene.named and backdrop else filled


def people(canvas: Canvas, stage: Stage, hole: Field) -> Iterator[None]:
    """Paint the scene's figures into the hole, one after another, then make them belong."""
    near = around(hole)
    stage = replace(stage, light=daylight(canvas.pixels, near))
    before = canvas.pixels.copy()
    actors: list[Actor] = gathered(stage, hole)
    for actor in actors:
        yield from perform.draw(canvas, stage, NO_PLACE, actor)
        yield
    painted = np.clip(np.abs(canvas.pixels - before).max(-1) * 12, 0, 1)
    belong(canvas.pixels, painted, near, canvas.rng)
    yield
    reach = max(canvas.unit * 0.012, 2)
    share = feather(hole, reach)[..., None]
    canvas.pixels = before + (canvas.pixels - before) * share


def scenery(canvas: Canvas, hole: Field, backdrop: list[Layer]) -> Iterator[None]:
    """Paint the place the prompt names and show it through the hole, a little in the picture's own colours."""
    before = canvas.pixels.copy()
    for layer in backdrop:
        yield from layer(canvas) or ()
        yield
    shift = before[around(hole)].mean(0) - canvas.pixels[hole].mean(0)
    share = feather(hole, canvas.unit * 0.03)[..., None]
    canvas.pixels = before + (canvas.pixels + shift * np.float32(0.3) - before) * share


def dye(canvas: Canvas, hole: Field, colour: str) -> None:
    """Only a colour was named: what is marked keeps its light and shade and takes the colour."""
    lab, target = oklab(canvas.pixels[hole]), oklab(rgb(table("colours")["colours"][colour]))
    middle = float(np.median(lab[:, 0]))
    lab[:, 0] = np.clip(lab[:, 0] + (target[0] - middle) * 0.6, 0, 1)
    lab[:, 1:] = target[1:] * np.clip(1.15 - np.abs(lab[:, :1] - target[0]), 0.3, 1) + lab[:, 1:] * 0.1
    new = canvas.pixels.copy()
    new[hole] = from_oklab(lab)
    canvas.pixels += (new - canvas.pixels) * feather(hole, canvas.unit * 0.004)[..., None]


def around(hole: Field) -> Field:
    """What lies close around the hole (boolean)."""
    rows, columns = np.flatnonzero(hole.any(1)), np.flatnonzero(hole.any(0))
    reach = max(int(0.25 * max(rows[-1] - rows[0], columns[-1] - columns[0])), 6)
    away = cv2.distanceTransform((~hole).astype(np.uint8), cv2.DIST_L2, 3)
    return np.asarray((away <= reach) & ~hole)
