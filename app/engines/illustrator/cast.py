"""Who stands where: the subjects of a scene as figures, by size, by thirds, feet on the ground, in the light."""

from dataclasses import dataclass
from functools import partial

from app.engines.illustrator.brushes import drawing
from app.engines.illustrator.canvas import Canvas, Layer
from app.engines.illustrator.scene import Subject
from app.engines.illustrator.stage import Place, Stage

MOST = 12


@dataclass(frozen=True)
class Spot:
    """One figure to draw: feet at (x, y) in shares of the frame, `tall` as a share of its height."""

    subject: Subject
    x: float
    y: float
    tall: float
    flip: bool


def layers(stage: Stage, place: Place) -> list[Layer]:
    """One layer per figure, the farthest first."""
    spots = sorted(arrange(stage, place), key=lambda spot: spot.y)
    return [partial(_draw, stage=stage, spot=spot) for spot in spots]


def arrange(stage: Stage, place: Place) -> list[Spot]:
    """Give every figure its spot: one hero off the middle, several side by side, the later ones farther back."""
    figures = [subject for subject in stage.scene.subjects for _ in range(subject.count)][:MOST]
    if not figures:
        return []
    number = len(figures)
    tall = _tall(number, stage)
    if number == 1:
        x = float(stage.rng.choice([0.4, 0.6]) + stage.rng.uniform(-0.05, 0.05))
        return [Spot(figures[0], x, place.feet, tall * figures[0].size, x > 0.5)]
    spots = []
    gap = 0.86 / number
    for i, subject in enumerate(figures):
        x = 0.07 + gap * (i + 0.5) + float(stage.rng.uniform(-0.1, 0.1)) * gap
        y = place.feet - (0.05 if i % 2 else 0.0)
        spots.append(Spot(subject, x, y, tall * subject.size * (0.92 if i % 2 else 1), x > 0.5))
    return spots


def _tall(number: int, stage: Stage) -> float:
    widest = 0.86 * stage.width / number / stage.height
    return min(0.46 if number == 1 else 0.38, widest * 1.05)


def _draw(canvas: Canvas, stage: Stage, spot: Spot) -> None:
    figure = drawing.render(stage.art.svg(spot.subject.art), max(int(spot.tall * canvas.height), 8))
    if spot.flip:
        figure = drawing.flipped(figure)
    drawing.stand(canvas, figure, spot.x * canvas.width, spot.y * canvas.height, stage.light, 20)
