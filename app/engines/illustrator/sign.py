"""A board with words on it, set into a scene that is not itself a poster."""

from functools import partial

import numpy as np

from app.engines.illustrator import lettering
from app.engines.illustrator.brushes import drawing
from app.engines.illustrator.brushes.drawing import Figure
from app.engines.illustrator.canvas import SUBJECT, Canvas, Layer
from app.engines.illustrator.colour import Field, rgb
from app.engines.illustrator.stage import Place, Stage

WOOD, PAPER, INK = rgb("#8a5c36"), rgb("#f7f0df"), rgb("#2b2622")


def layers(stage: Stage, place: Place) -> list[Layer]:
    """The sign as a layer, when the scene has words to show and no poster to show them on."""
    text = stage.scene.lettering
    if text is None or stage.scene.setting == "poster" or not lettering.can_set(text):
        return []
    return [partial(_stand, stage=stage, place=place, text=text)]


def _stand(canvas: Canvas, stage: Stage, place: Place, text: str) -> None:
    alone = not stage.scene.subjects
    wide = canvas.unit * (0.56 if alone else 0.34)
    figure = _board(stage, text, int(wide))
    x = canvas.width / 2 if alone else canvas.width - wide * 0.56
    drawing.stand(canvas, figure, x, place.feet * canvas.height, stage.light, SUBJECT)


def _board(stage: Stage, text: str, wide: int) -> Figure:
    """A framed board on two posts, the words as large as they fit."""
    board, edge, post = int(wide * 0.52), max(wide // 28, 2), max(wide // 16, 2)
    colour = np.ones((int(wide * 0.86), wide, 3), np.float32) * WOOD
    cover = np.zeros(colour.shape[:2], np.float32)
    cover[:board] = 1
    for left in (int(wide * 0.14), int(wide * 0.86) - post):
        cover[board:, left : left + post] = 1
    colour *= np.linspace(1.1, 0.85, colour.shape[0], dtype=np.float32)[:, None, None]
    colour[edge : board - edge, edge : wide - edge] = PAPER
    _print(colour, lettering.block(stage.fonts, text, wide - 5 * edge, board - 5 * edge), board)
    return Figure(colour, cover)


def _print(colour: Field, words: Field, board: int) -> None:
    top, left = max((board - words.shape[0]) // 2, 0), max((colour.shape[1] - words.shape[1]) // 2, 0)
    place = colour[top : top + words.shape[0], left : left + words.shape[1]]
    place += (INK - place) * words[: place.shape[0], : place.shape[1], None]
