"""The line under a picture: what was asked for, who painted it, how long that took."""

from app.jobs.models import Job
from app.studio.outlook import title_of


def facts(job: Job) -> list[str]:
    known, params = job.facts, job.params
    said = [
        str(known.get("style", params.get("style") or "")).replace("-", " ").capitalize(),
        params.get("aspect_ratio", "") if not params.get("size") else "",
        f"{job.width} × {job.height}" if job.width else "",
        f"seed {known['seed']}" if "seed" in known else "",
        _painter(job),
        f"{known['seconds']} s" if "seconds" in known and "engine" not in known else "",
    ]
    return [fact for fact in said if fact]


def instead_of(job: Job) -> str | None:
    """The model that another one stands in for, by its name. A job that went back to its own is nobody else's."""
    return job.instead_of if job.instead_of != job.lane else None


def _painter(job: Job) -> str:
    """Who painted it; where another stands in for the model that was meant, why, and before that who will."""
    missed = title_of(instead_of(job))
    because = f", because {missed} did not work" if missed else ""
    if "engine" in job.facts:
        return f"painted by {job.facts['engine']} in {job.facts['seconds']} s{because}"
    return f"goes to {title_of(job.lane)}{because}" if missed and job.waiting else ""
