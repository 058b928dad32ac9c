"""How a request is painted by a model of some family: what two pictures must share to be painted in one call."""

from dataclasses import dataclass
from math import ceil

from app.engines.diffusers.canvas import canvas_for, like
from app.engines.diffusers.families import Family, Pixels
from app.engines.protocol import PaintRequest, Source, Task

SLIGHT = 0.1  # strength


@dataclass(frozen=True)
class Manner:
    """`steps` and `guidance` are None where the pipeline chooses itself."""

    task: Task
    canvas: Pixels
    steps: int | None
    guidance: float | None
    strength: float = 1.0


def manner_of(request: PaintRequest, family: Family, side: int) -> Manner:
    size, steps = (request.width, request.height), family.steps_for(request.quality)
    if request.source is None:
        return Manner(Task.WORDS, canvas_for(family, side, size, request.quality), steps, family.guidance)
    strength = _strength(request.source, steps)
    canvas = like(family, side, size, request.quality)
    return Manner(request.task, canvas, _enough(steps, strength), family.guidance, strength)


def _strength(source: Source, steps: int | None) -> float:
    """What is marked is painted anew, whatever the strength. Of steps that nobody knows some have to be left to go."""
    if source.mask is not None:
        return 1.0
    return source.strength if steps else max(source.strength, SLIGHT)


def _enough(steps: int | None, strength: float) -> int | None:
    """Diffusers walks only that share of the steps, which has to be one at least: a quick model has few."""
    return steps and max(steps, ceil(1 / strength + 1e-6))
