"""Drawing one figure where it was placed: on the ground with its shadows, in the water, in the air."""

from collections.abc import Iterator

import numpy as np

from app.engines.illustrator.actor import Actor
from app.engines.illustrator.brushes import drawing, glow
from app.engines.illustrator.brushes.drawing import Figure
from app.engines.illustrator.brushes.noise import smoothstep
from app.engines.illustrator.canvas import SUBJECT, Canvas
from app.engines.illustrator.colour import Field, mix
from app.engines.illustrator.props import turned
from app.engines.illustrator.stage import Place, Stage


def draw(canvas: Canvas, stage: Stage, place: Place, actor: Actor) -> Iterator[None]:
    """Draw the actor as its pose asks."""
    figure = stage.props.figure(actor.art, actor.tall, actor.body, actor.subject.colour, actor.choice)
    yield
    figure = turned(figure, stage.words.nature(actor.art).kind, actor.flip)
    if actor.pose == "hang" and stage.light.dark > 0.4:
        glow.halo(canvas, actor.x, actor.y - actor.tall / 2, actor.tall * 1.1, stage.light.sun, 0.35)
    if actor.pose in ("float", "swim") and place.water and not actor.grounded:
        _afloat(canvas, stage, figure, actor)
    elif actor.grounded:
        drawing.stand(canvas, figure, actor.x, actor.y, stage.light, SUBJECT)
    else:
        drawing.put(canvas, figure, actor.x, actor.y, stage.light, SUBJECT)


def _afloat(canvas: Canvas, stage: Stage, figure: Figure, actor: Actor) -> None:
    """Sunk a little, mirrored below, with a line of foam around it."""
    height, width = figure.cover.shape
    sunk = 0.10 if actor.pose == "float" else 0.34
    line = int(height * (1 - sunk))
    above = Figure(figure.colour[:line], figure.cover[:line])
    waterline = int(actor.y)
    _mirrored(canvas, stage, above, actor.x, waterline)
    ramp = np.clip((line - np.arange(line)) / max(height * 0.03, 1), 0, 1)[:, None].astype(np.float32)
    dipped = Figure(above.colour, above.cover * (0.35 + 0.65 * ramp))
    canvas.lay(dipped.cover, drawing.lit(dipped, stage.light), waterline - line, int(actor.x - width / 2), SUBJECT)
    foot = np.clip(above.cover[-max(line // 12, 2) :].max(0), 0, 1)
    _foam(canvas, stage, foot, actor.x, waterline)


def _mirrored(canvas: Canvas, stage: Stage, figure: Figure, x: float, line: int) -> None:
    height, width = figure.cover.shape
    rows = int(height * 0.6)
    down = np.arange(rows)
    source = np.clip(height - 1 - (down / 0.6).astype(np.int64), 0, height - 1)
    sway = (np.sin(down * 2 * np.pi / max(height * 0.055, 2) + 1.3) * height * 0.012 * (0.3 + down / rows)).astype(
        np.int64
    )
    columns = np.clip(np.arange(width)[None] + sway[:, None], 0, width - 1)
    fade = (0.42 * (1 - down / rows))[:, None]
    cover = (figure.cover[source[:, None], columns] * fade).astype(np.float32)
    colour = figure.colour[source[:, None], columns] * stage.light.ambient * 0.9
    canvas.lay(cover, colour.astype(np.float32), line, int(x - width / 2))


def _foam(canvas: Canvas, stage: Stage, foot: Field, x: float, line: int) -> None:
    width, rows = len(foot), max(int(canvas.unit * 0.012), 3)
    wide = np.convolve(np.pad(foot, rows * 2), np.ones(rows * 2) / (rows * 2), "same")
    down = np.linspace(-1, 1, rows)[:, None]
    mask = smoothstep(0.1, 0.9, wide[None] * (1 - down**2)) * 0.55
    white = mix(stage.light.ambient, stage.light.haze, 0.35)
    canvas.lay(np.asarray(mask, np.float32), white, line - rows // 2, int(x - width / 2) - rows * 2)
