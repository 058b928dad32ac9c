"""A job as pages and programs see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from flask import request
from sqlalchemy import ColumnElement, select

from app import clock
from app.extensions import db, settings
from app.imaging.kinds import KINDS
from app.jobs import lifecycle
from app.jobs.asker import Asker
from app.jobs.models import Job, Picture, State
from app.jobs.painters import Standing
from app.jobs.previews import Stage
from app.refusals import Refusal
from app.studio import caption, outlook
from app.studio.outlook import NOTHING_KNOWN, Outlook
from app.tools import TOOLS
from app.web.words import file_size

SHOWN = {kind.type for kind in KINDS.values() if kind.shown}  # by every browser
MOVING = {kind.type for kind in KINDS.values() if kind.moves}
TITLES = {kind.type: kind.title for kind in KINDS.values()}
MOST_SHOWN = 3_000_000  # bytes on a page
LOOKS = {tool.name for tool in TOOLS.values() if tool.files and 0 in tool.price_list().values()}  # makes nothing, free
TOLD = ("width_in", "height_in", "format_in", "format_out", "metadata")  # facts that programs may want
OWNED = ("before", "matte", "mask")  # sides that only the owner may see


class JobError(NamedTuple):
    code: str
    message: str


@dataclass(frozen=True)
class PictureView:
    """One picture of a job and the addresses it answers at. At `shown_url` is something that every browser shows."""

    number: int
    width: int
    height: int
    bytes: int
    extension: str
    raw_url: str
    thumb_url: str
    page_url: str
    shown_url: str


@dataclass(frozen=True)
class JobView:
    id: str
    tool: str
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
    file_name: str = ""
    batch: str | None = None
    known: Mapping[str, Any] = field(default_factory=dict)  # facts by name, as the tool told them
    sides: Mapping[str, str] = field(default_factory=dict)  # addresses by kind, the owner's alone
    changes: Sequence[tuple[str, str, str]] = ()  # what, before, after
    outlook: Outlook = NOTHING_KNOWN
    looks: Sequence[Stage] = ()  # previews of what is being painted

    # Written out, not looked up: they are part of the contract, and a page of history has hundreds.
    @property
    def url(self) -> str:
        return f"/jobs/{self.id}"

    @property
    def again_url(self) -> str:
        return f"/tools/{self.tool}?again={self.id}" if self.file_name else f"/generate?again={self.id}"

    @property
    def preview_url(self) -> str | None:
        return self.pictures[0].shown_url if self.pictures else None

    @property
    def download_url(self) -> str | None:
        return f"{self.pictures[0].page_url}?download=1" if self.pictures else None

    @property
    def continue_with(self) -> list[tuple[str, str]]:
        """The tools that can go on from here: title and address."""
        going_on = [tool for tool in TOOLS.values() if tool.files and self.pictures and not self.gone]
        return [(tool.title, f"/tools/{tool.name}?job={self.id}") for tool in going_on if tool.name != self.tool]

    @property
    def repeat_url(self) -> str:
        return f"/jobs/{self.id}/repeat"

    @property
    def cancel_url(self) -> str:
        return f"/jobs/{self.id}/cancellation"

    @property
    def sharing_url(self) -> str:
        return f"/jobs/{self.id}/sharing"


def makings(asker: Asker) -> ColumnElement[bool]:
    """Their jobs that make something: a free look at a file is no part of anybody's history."""
    return asker.owns() & ((Job.price > 0) | Job.tool.not_in(LOOKS))


def find_job(asker: Asker, job_id: str) -> Job:
    """The asker's job. Refuses with `not_found`, the same for a stranger's as for none."""
    job = db.session.scalar(select(Job).where(asker.may_see(job_id)))
    if job is None:
        raise Refusal("not_found", "There is no such job.")
    return job


def view(job: Job) -> JobView:
    return views([job])[0]


def views(jobs: Sequence[Job]) -> list[JobView]:
    """Jobs with their pictures, in four queries however many there are; a place for each that waits."""
    pictures: dict[str, list[Picture]] = {job.id: [] for job in jobs if job.state == State.SUCCEEDED or job.file_name}
    if pictures:
        stored = select(Picture).where(Picture.job_id.in_(pictures), Picture.kind != "thumb")
        for picture in db.session.scalars(stored.order_by(Picture.number)):
            pictures[picture.job_id].append(picture)
    now, stages = clock.now(), outlook.stages(jobs)
    lanes = outlook.standings(jobs, now)
    return [_view(job, pictures.get(job.id, []), lanes, stages.get(job.id, ()), now) for job in jobs]


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
    if waits_for := seen.outlook.still or seen.outlook.about:
        body["waiting_for"] = waits_for
    if instead_of := caption.instead_of(job):
        body["instead_of"] = instead_of
    if seen.waiting:
        body["progress"] = job.progress
    if seen.error is not None:
        body["error"] = seen.error._asdict()
    if seen.pictures:
        body["images"] = [picture.raw_url for picture in seen.pictures]
        body["share_urls"] = [absolute(picture.page_url) for picture in seen.pictures]
        body |= {"image_url": body["images"][0], "share_url": body["share_urls"][0]}
    if TOOLS[job.tool].files:
        body |= _of_files(job, seen, asker)
    return body


def _of_files(job: Job, seen: JobView, asker: Asker) -> dict[str, Any]:
    """What a tool's answer tells besides: what came in, what went out, what it cost."""
    done = job.state == State.SUCCEEDED
    body: dict[str, Any] = {
        "message": TOOLS[job.tool].done if done else "This takes a little longer.",
        "credit_cost": job.price,
        "low_credits": asker.standing.low_credits,
    }
    if "bytes_in" in job.facts:
        body["bytes_in"] = job.facts["bytes_in"]
    if seen.pictures:
        first = seen.pictures[0]
        body |= {"bytes_out": first.bytes, "width_out": first.width, "height_out": first.height}
    if "before" in seen.sides:
        body["before_url"] = seen.sides["before"]
    return body | {name: job.facts[name] for name in TOLD if name in job.facts}


def absolute(path: str) -> str:
    return (settings().PUBLIC_URL or request.host_url).rstrip("/") + path


def _view(
    job: Job, stored: list[Picture], lanes: Mapping[str, Standing], looks: Sequence[Stage], now: datetime
) -> JobView:
    pictures = [picture for picture in stored if picture.kind == "result"]
    place = lifecycle.place(job)
    return JobView(
        id=job.id,
        tool=job.tool,
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
        place=place,
        error=JobError(job.error_code, job.error_message or "") if job.error_code else None,
        tint=_tint(job),
        facts=caption.facts(job),
        pictures=[_picture(job, picture, stored) for picture in pictures],
        file_name=job.file_name,
        batch=job.batch,
        known=job.facts,
        sides={side.kind: f"/jobs/{job.id}/{side.kind}" for side in stored if side.kind in OWNED},
        changes=_changes(job, pictures),
        outlook=outlook.outlook(job, place, lanes, now),
        looks=looks,
    )


def _changes(job: Job, pictures: list[Picture]) -> list[tuple[str, str, str]]:
    """What a tool changed: what, before, after. Equal ones stand there once."""
    facts = job.facts
    if not pictures or "bytes_in" not in facts:
        return []
    result = pictures[0]
    changes = [
        ("Size", file_size(facts["bytes_in"]), file_size(result.bytes)),
        ("Pixels", f"{facts.get('width_in')} × {facts.get('height_in')}", f"{result.width} × {result.height}"),
        ("Format", str(facts.get("format_in", "")), str(facts.get("format_out") or TITLES.get(result.type, ""))),
        ("Location data", "", "removed" if facts.get("location_removed") else ""),
    ]
    return [(what, "" if before == after else before, after) for what, before, after in changes if after]


def _picture(job: Job, picture: Picture, stored: list[Picture]) -> PictureView:
    page = f"/{job.id}" + (f"/{picture.number}" if picture.number > 1 else "")
    previewed = _needs_preview(picture) and any(side.kind == "preview" for side in stored)
    return PictureView(
        number=picture.number,
        width=picture.width,
        height=picture.height,
        bytes=picture.bytes,
        extension=picture.key.rsplit(".", 1)[-1],
        raw_url=f"{page}?raw=1",
        thumb_url=f"{page}?thumb=1",
        page_url=page,
        shown_url=f"{page}?preview=1" if previewed else f"{page}?raw=1",
    )


def _needs_preview(picture: Picture) -> bool:
    """No browser shows it, or it would take long; an animation is shown itself."""
    return picture.type not in SHOWN or (picture.bytes > MOST_SHOWN and picture.type not in MOVING)


def _tint(job: Job) -> tuple[str, str] | None:
    first, second = job.facts.get("tint", (None, None))
    return (first, second) if first and second else None
