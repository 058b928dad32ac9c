"""The files that come with a job: uploaded, or taken over from an earlier one."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.billing.plans import FREE
from app.extensions import db, storage
from app.jobs.models import Job, Picture
from app.refusals import Refusal
from app.toolkit import Tool

INPUT = 0  # the number of what came in; results are 1, 2, …


class Upload(NamedTuple):
    """A file for a field of a tool. `type` and `extension` follow from its content."""

    field: str
    data: bytes
    type: str
    extension: str


@dataclass(frozen=True)
class Order:
    """What comes with a job besides its parameters. `again` says that it takes up an earlier run of the same tool.

    Of two orders with the same `once` the second is the first. `origin` is the address of the site as the sender calls
    it, and `webhook_url` where to tell the end.
    """

    files: Sequence[Upload] = ()
    name: str = ""
    batch: str | None = None
    again: bool = False
    once: str | None = None
    origin: str = ""
    webhook_url: str | None = None


def store(job: Job, order: Order) -> list[Picture]:
    """Write the files of an order; the rows to add with the job. A crash in between leaves files that pruning finds."""
    rows = [_row(job, upload) for upload in order.files]
    storage().put_all({row.key: upload.data for row, upload in zip(rows, order.files, strict=True)})
    return rows


def load(job: Job) -> dict[str, bytes]:
    """The bytes that came with a job, by field."""
    return {picture.kind: _read(picture) for picture in _inputs(job)}


def result_of(job: Job) -> Upload:
    """The first result of a finished job as the picture of a new one. Refuses with `not_found` when it is gone."""
    result = select(Picture).where(Picture.job_id == job.id, Picture.number == 1, Picture.kind == "result")
    picture = db.session.scalar(result.where(Picture.pruned_at.is_(None)))
    if picture is None:
        raise Refusal("not_found", "This job has no picture, or it is gone.", field="job")
    return _upload(picture)._replace(field="image")


def inputs_of(job: Job, tool: Tool) -> list[Upload]:
    """What an earlier run of a tool began with and what it kept. Refuses with `not_found` when that is gone."""
    kept = select(Picture).where(Picture.job_id == job.id, Picture.number == 1, Picture.kind.in_(tool.keeps))
    found = [*_inputs(job), *db.session.scalars(kept.where(Picture.pruned_at.is_(None)))]
    if job.tool != tool.name or not found:
        raise Refusal("not_found", f"{tool.title} has no such earlier picture, or it is gone.", field="again")
    return list({picture.kind: _upload(picture) for picture in found}.values())


def give_up(tx: Session, job_ids: Sequence[str], now: datetime) -> None:
    """Nothing will be made of these files: their time is up."""
    theirs = update(Picture).where(Picture.job_id.in_(job_ids), Picture.number == INPUT)
    tx.execute(theirs.values(expires_at=now))


def discard(pictures: Sequence[Picture]) -> None:
    for picture in pictures:
        storage().delete(picture.key)


def expiry(job: Job, now: datetime) -> datetime | None:
    """When a job's files go; None: kept."""
    keeps = FREE.keeps_files_for if job.temporary else None
    return now + keeps if keeps else None


def _row(job: Job, upload: Upload) -> Picture:
    return Picture(
        job_id=job.id,
        number=INPUT,
        kind=upload.field,
        key=f"{job.id[:2]}/{job.id}-{INPUT}-{upload.field}.{upload.extension}",
        type=upload.type,
        width=0,  # nobody has opened it yet
        height=0,
        bytes=len(upload.data),
        sha256=hashlib.sha256(upload.data).hexdigest(),
        created_at=job.created_at,
        expires_at=expiry(job, job.created_at),
    )


def _inputs(job: Job) -> Sequence[Picture]:
    came = select(Picture).where(Picture.job_id == job.id, Picture.number == INPUT, Picture.pruned_at.is_(None))
    return db.session.scalars(came.order_by(Picture.id)).all()


def _upload(picture: Picture) -> Upload:
    return Upload(picture.kind, _read(picture), picture.type, picture.key.rsplit(".", 1)[-1])


def _read(picture: Picture) -> bytes:
    try:
        with storage().open(picture.key) as file:
            return file.read()
    except FileNotFoundError:  # pruned between the query and now
        raise Refusal("not_found", "The file is gone.") from None
