"""What is behind the noise: where a picture would be if it went straight on from its last step."""

from dataclasses import dataclass
from typing import Any

# Schedulers that add no noise of their own, so that two steps tell the direction. The first two count noise on top of
# the picture, the others mix both.
ON_TOP = ("EulerDiscreteScheduler", "FlowMatchEulerDiscreteScheduler")
MIXED = ("PNDMScheduler", "DDIMScheduler", "DPMSolverMultistepScheduler", "UniPCMultistepScheduler")


@dataclass(frozen=True)
class Step:
    """A step that was just done: the latents before it (None at the first) and after it, and the scheduler's time."""

    pipe: Any
    time: Any
    before: Any
    latents: Any


def cleared(step: Step) -> Any:
    """The latents without their noise, as far as that can be told; never larger than latents are."""
    scheduler = step.pipe.scheduler
    kind, at = type(scheduler).__name__, _place_of(scheduler, step.time)
    if at is None:
        return step.latents
    old, new = _noise(scheduler, at), _noise(scheduler, at + 1)
    mixed = kind in MIXED
    now = step.latents * ((1 + new**2) ** 0.5 if mixed else 1.0)
    if step.before is None or old == new or not (mixed or kind in ON_TOP):
        return now / (1 + new**2) ** 0.5 if mixed or getattr(scheduler, "init_noise_sigma", 1.0) > 1.5 else now
    before = step.before * ((1 + old**2) ** 0.5 if mixed else 1.0)
    return now - new * (now - before) / (new - old)


def _place_of(scheduler: Any, time: Any) -> int | None:
    found = (scheduler.timesteps == time).nonzero()
    return int(found[0]) if len(found) else None


def _noise(scheduler: Any, at: int) -> float:
    """How much of it there is at a place of the schedule, beside a picture of 1."""
    if at >= len(scheduler.timesteps):
        return 0.0
    sigmas = getattr(scheduler, "sigmas", None)
    if sigmas is not None and len(sigmas) >= len(scheduler.timesteps):
        return float(sigmas[at])
    kept = getattr(scheduler, "alphas_cumprod", None)
    if kept is None:
        return 0.0
    share = float(kept[int(scheduler.timesteps[at])])
    return float(((1 - share) / share) ** 0.5)
