"""Image to image: the same picture in another style, another light, and, with more strength, another place."""

from collections.abc import Iterator
from functools import partial

import cv2
import numpy as np

from app.engines.illustrator import air, perform
from app.engines.illustrator.brushes import drawing
from app.engines.illustrator.brushes.drawing import Figure
from app.engines.illustrator.brushes.noise import smoothstep
from app.engines.illustrator.canvas import SUBJECT, Canvas, Layer
from app.engines.illustrator.colour import Field
from app.engines.illustrator.given.look import look
from app.engines.illustrator.given.simplify import simplify
from app.engines.illustrator.given.spot import gathered
from app.engines.illustrator.given.tone import graded
from app.engines.illustrator.stage import Place, Stage
from app.engines.illustrator.styles import tools

SUBTLE, WHOLE = 0.05, 0.42  # strengths between which the treatment comes in
ELSEWHERE = 0.65  # from here on the picture's subject stands in the prompt's place
OTHERS = 0.85  # from here on the prompt's subjects stand where the picture's stood


def layers(
    stage: Stage | None, place: Place | None, style: str, treatment: tuple[Layer, ...], strength: float
) -> list[Layer]:
    """Over a canvas that holds the picture. `stage` and `place` come from the prompt; None where it says nothing."""
    steps: list[Layer] = [partial(look, flat=style == "minimalist")]
    elsewhere = stage is not None and strength > ELSEWHERE and (stage.scene.named or bool(stage.scene.subjects))
    if stage and place and elsewhere:
        steps.append(partial(move, stage=stage, place=place, others=strength > OTHERS))
    else:
        if stage:
            behind, before = air.layers(stage)
            steps.append(
                partial(graded, scene=stage.scene, light=stage.light, share=float(np.clip(strength * 1.8, 0, 1)))
            )
            steps += [*behind, *before] if strength > 0.3 else []
        steps.append(partial(simplify, style=style, more=max(strength - 0.6, 0) * 2.5))
    return [partial(blend, treatment=(*steps, *treatment), share=float(smoothstep(SUBTLE, WHOLE, np.array(strength))))]


def blend(canvas: Canvas, treatment: tuple[Layer, ...], share: float) -> Iterator[None]:
    """Treat the picture, and let it come through where little strength was asked for."""
    given = canvas.pixels.copy() if share < 1 else None
    for layer in treatment:
        yield from layer(canvas) or ()
        yield
    if given is not None:
        canvas.pixels = given + (canvas.pixels - given) * np.float32(share)


def move(canvas: Canvas, stage: Stage, place: Place, others: bool) -> Iterator[None]:
    """Paint the prompt's place, and the picture's subject into it, or the prompt's own where that one stood."""
    given = canvas.pixels.copy()
    cover = tools.blur(tools.subject(canvas).astype(np.float32), max(canvas.unit * 0.0015, 0.6))
    canvas.depth[:] = 255
    behind, before = air.layers(stage)
    for layer in (*place.back, *behind):
        yield from layer(canvas) or ()
        yield
    hole = cover > 0.5
    if others and stage.scene.subjects:
        where = hole if hole.sum() > 0.01 * hole.size else _middle(canvas)
        for actor in gathered(stage, _boxed(where)):
            yield from perform.draw(canvas, stage, place, actor)
            yield
    elif _solid(hole):
        _set_in(canvas, stage, given, cover)
    tinge(canvas, given, cover)
    for layer in (*place.front, *before):
        yield from layer(canvas) or ()
        yield


def _set_in(canvas: Canvas, stage: Stage, given: Field, cover: Field) -> None:
    """The picture's own subject, standing where it stood, in the light of the new place."""
    rows, columns = np.flatnonzero((cover > 0.5).any(1)), np.flatnonzero((cover > 0.5).any(0))
    cut = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    figure = Figure(np.ascontiguousarray(given[cut]), np.ascontiguousarray(np.clip(cover[cut] * 2 - 0.9, 0, 1)))
    x, y = (columns[0] + columns[-1] + 1) / 2, float(rows[-1] + 1)
    put = drawing.put if y > 0.985 * canvas.height else drawing.stand
    put(canvas, figure, x, y, stage.light, SUBJECT)


def tinge(canvas: Canvas, given: Field, cover: Field) -> None:
    """A breath of the picture's own broad lights and darks, so that the layout is still felt."""
    wide = canvas.unit * 0.09
    apart = tools.blur(given, wide) - tools.blur(canvas.pixels, wide)
    new = ((canvas.depth != SUBJECT) & (cover < 0.1)).astype(np.float32)
    far = tools.blur(new, canvas.unit * 0.05)[..., None]
    canvas.pixels += np.clip(apart, -0.25, 0.25) * far * np.float32(0.35)


def _solid(hole: Field) -> bool:
    """Whether a cut-out is one good shape: scattered pieces are better left behind."""
    points = cv2.findNonZero(hole.astype(np.uint8))
    if points is None:
        return False
    around = cv2.contourArea(cv2.convexHull(points))
    return bool(around > 0.01 * hole.size and hole.sum() > 0.64 * around)


def _boxed(hole: Field) -> Field:
    """The box around the hole, never much narrower than tall, as a hole."""
    rows, columns = np.flatnonzero(hole.any(1)), np.flatnonzero(hole.any(0))
    box = np.zeros_like(hole)
    half = max(columns[-1] - columns[0] + 1, int(0.8 * (rows[-1] - rows[0]))) // 2
    middle = (columns[0] + columns[-1]) // 2
    box[rows[0] : rows[-1] + 1, max(middle - half, 0) : middle + half] = True
    return box


def _middle(canvas: Canvas) -> Field:
    hole = np.zeros((canvas.height, canvas.width), bool)
    hole[int(0.35 * canvas.height) : int(0.9 * canvas.height), int(0.25 * canvas.width) : int(0.75 * canvas.width)] = (
        True
    )
    return hole
