"""Who stands where: subjects become figures with a size, a spot and a pose; then they are drawn, far ones first."""

from functools import partial

from app.engines.illustrator import company, perform, ties
from app.engines.illustrator.actor import Actor, actor
from app.engines.illustrator.canvas import Layer
from app.engines.illustrator.stage import Place, Stage

MOST = 14


def layers(stage: Stage, place: Place) -> list[Layer]:
    """One layer per figure."""
    actors = ties.attached(stage, company.placed(stage, place, leads(stage)))
    order = sorted(actors, key=lambda actor: (-actor.back, actor.y))
    return [partial(perform.draw, stage=stage, place=place, actor=actor) for actor in order]


def leads(stage: Stage) -> list[Actor]:
    """Everything that has its own place in the frame, at its natural size relative to the others, unplaced."""
    scene = stage.scene
    figures = []
    for i, subject in enumerate(scene.subjects):
        if subject.to is None or subject.relation in ("beside", "left"):
            figures += [actor(stage, i, choice) for choice in range(subject.count)]
    return figures[:MOST]
