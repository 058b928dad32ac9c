"""What somebody who waits is told: what their job waits for, about how long, and how its pictures look so far."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from app.extensions import models
from app.jobs import lifecycle, painters, previews
from app.jobs.models import RUNNING, Job, Readiness, State
from app.jobs.painters import GONE, NOBODY, Standing
from app.jobs.previews import Stage

SHORTEST = 5.0  # seconds worth telling
MINUTE = 60


class Outlook(NamedTuple):
    """Why a waiting job stands still, in a sentence; or else about how long it takes. Empty where nobody knows."""

    still: str = ""
    about: str = ""


NOTHING_KNOWN = Outlook()


def standings(jobs: Sequence[Job], now: datetime) -> Mapping[str, Standing]:
    """How the lanes are, if one of these jobs waits for a model: one query, or none."""
    waits = any(job.state == State.QUEUED and job.lane in models() for job in jobs)
    return painters.standings(now) if waits else {}


def stages(jobs: Sequence[Job]) -> Mapping[str, list[Stage]]:
    """How far the previews are of those that are being painted: one query, or none."""
    return previews.stages([job.id for job in jobs if job.state in RUNNING and _has_previews(job)])


def outlook(job: Job, place: int | None, lanes: Mapping[str, Standing], now: datetime) -> Outlook:
    model = models().get(job.lane)
    if place is None or model is None:
        return NOTHING_KNOWN
    standing = lanes.get(job.lane, NOBODY)
    if standing.state == Readiness.LOADING:
        return Outlook("The model is loading.")
    nobody = standing.state is None and now - job.created_at > GONE
    if nobody or standing.state == Readiness.DOWN:
        return Outlook(f"At present {model.title} does not work. This goes on by itself as soon as it does.")
    return Outlook(about=about(standing.seconds(place - 1 + lifecycle.pictures_of(job))))


def about(seconds: float | None) -> str:
    """As people say it: about 40 s, about 3 min."""
    if seconds is None or seconds < SHORTEST:
        return ""
    if seconds < 1.5 * MINUTE:
        return f"about {5 * round(seconds / 5)} s"
    return f"about {round(seconds / MINUTE)} min"


def title_of(lane: str | None) -> str:
    """Of a model as pages name it, or its bare name once it is gone; empty for none."""
    model = models().get(lane or "")
    return model.title if model else lane or ""


def _has_previews(job: Job) -> bool:
    model = models().get(job.lane)
    return model is not None and model.kind != "illustrator"
