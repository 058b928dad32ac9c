"""A job as pages and programs see it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from flask import request
from sqlalchemy import select

from app.extensions import db, settings
from app.jobs import lifecycle
from app.jobs.asker import Asker
from app.jobs.models import Job, Picture, State
from app.refusals import Refusal
from app.tools import TOOLS


class JobError(NamedTuple):
    code: str
    message: str


@dataclass(frozen=True)
class PictureView:
    """One picture of a job and the addresses it answers at."""

    number: int
    width: int
    height: int
    raw_url: str
    thumb_url: str
    page_url: str


@dataclass(frozen=True)
class JobView:
    id: str
    state: str
    waiting: bool
    title: str
    prompt: str
    width: int
    height: int
    progress: int
    price: int
    count: int
    watermarked: bool
    retention: str
    shared: bool
    gone: bool
    place: int | None
    error: JobError | None
    tint: tuple[str, str] | None
    facts: list[str] = field(default_factory=list)
    pictures: list[PictureView] = field(default_factory=list)

    # Written out, not looked up: they are part of the contract, and a page of history has hundreds.
    @property
    def url(self) -> str:
        return f"/jobs/{self.id}"

    @property
    def again_url(self) -> str:
        return f"/generate?again={self.id}"

    @property
    def repeat_url(self) -> str:
        return f"/jobs/{self.id}/repeat"

    @property
    def cancel_url(self) -> str:
        return f"/jobs/{self.id}/cancellation"

    @property
    def sharing_url(self) -> str:
        return f"/jobs/{self.id}/sharing"


def find_job(asker: Asker, job_id: str) -> Job:
    """The asker's job. Refuses with `not_found`, the same for a stranger's as for none."""
    job = db.session.scalar(select(Job).where(asker.may_see(job_id)))
    if job is None:
        raise Refusal("not_found", "There is no such job.")
    return job


def view(job: Job) -> JobView:
    return views([job])[0]


def views(jobs: Sequence[Job]) -> list[JobView]:
    """Jobs with their pictures, in two queries however many there are."""
    pictures: dict[str, list[Picture]] = {job.id: [] for job in jobs if job.state == State.SUCCEEDED}
    if pictures:
        stored = select(Picture).where(Picture.job_id.in_(pictures), Picture.kind == "result")
        for picture in db.session.scalars(stored.order_by(Picture.number)):
            pictures[picture.job_id].append(picture)
    return [_view(job, pictures.get(job.id, [])) for job in jobs]


def as_json(job: Job, asker: Asker) -> dict[str, Any]:
    """The body of GET /api/job/<id>."""
    seen = view(job)
    body: dict[str, Any] = {
        "ok": True,
        "job_id": job.id,
        "status": job.state,
        "watermarked": job.watermarked,
        "count": seen.count,
        "plan": asker.standing.plan.id,
        "credits": asker.standing.credits,
        "retention": job.retention,
    }
    if seen.place is not None:
        body["queue_position"] = seen.place
    if seen.waiting:
        body["progress"] = job.progress
    if seen.error is not None:
        body["error"] = seen.error._asdict()
    if seen.pictures:
        body["images"] = [picture.raw_url for picture in seen.pictures]
        body["share_urls"] = [absolute(picture.page_url) for picture in seen.pictures]
        body |= {"image_url": body["images"][0], "share_url": body["share_urls"][0]}
    return body


def absolute(path: str) -> str:
    return (settings().PUBLIC_URL or request.host_url).rstrip("/") + path


def _view(job: Job, pictures: list[Picture]) -> JobView:
    return JobView(
        id=job.id,
        state=job.state,
        waiting=job.waiting,
        title=TOOLS[job.tool].title,
        prompt=job.params.get("prompt", ""),
        width=job.width,
        height=job.height,
        progress=job.progress,
        price=job.price,
        count=len(pictures) or job.params.get("count", 1),
        watermarked=job.watermarked,
        retention=job.retention,
        shared=job.shared,
        gone=bool(pictures) and all(picture.pruned_at for picture in pictures),
        place=lifecycle.place(job),
        error=JobError(job.error_code, job.error_message or "") if job.error_code else None,
        tint=_tint(job),
        facts=_facts(job),
        pictures=[_picture(job, picture) for picture in pictures],
    )


def _picture(job: Job, picture: Picture) -> PictureView:
    page = f"/{job.id}" + (f"/{picture.number}" if picture.number > 1 else "")
    return PictureView(
        number=picture.number,
        width=picture.width,
        height=picture.height,
        raw_url=f"{page}?raw=1",
        thumb_url=f"{page}?thumb=1",
        page_url=page,
    )


def _tint(job: Job) -> tuple[str, str] | None:
    first, second = job.facts.get("tint", (None, None))
    return (first, second) if first and second else None


def _facts(job: Job) -> list[str]:
    """The line under a picture."""
    facts, params = job.facts, job.params
    said = [
        str(facts.get("style", params.get("style") or "")).replace("-", " ").capitalize(),
        params.get("aspect_ratio", ""),
        f"{job.width} × {job.height}",
        f"seed {facts['seed']}" if "seed" in facts else "",
        f"painted by {facts['engine']} in {facts['seconds']} s" if "engine" in facts else "",
    ]
    return [fact for fact in said if fact]
