"""From what a tool made to stored files: marked, described, encoded, written."""

import hashlib
from collections.abc import Iterator
from datetime import datetime

from app.engines.protocol import Painting
from app.extensions import settings, storage
from app.imaging import encode, watermark
from app.imaging.made import Encoded
from app.jobs.lifecycle import Claim
from app.jobs.models import Job, Picture
from app.toolkit import Outcome
from config import FONTS

MARK_FONT = FONTS / "fraunces/files/fraunces-latin-opsz-normal.woff2"
THUMB = 480  # pixels, the longer side


def store(claim: Claim, outcome: Outcome, now: datetime) -> list[Picture]:
    """Write the files of an attempt; the rows to add when it finishes.

    The attempt is part of the key, so that a worker that lost its claim can overwrite nothing.
    """
    rows, files = [], {}
    for number, kind, encoded in _encoded(claim.job, outcome):
        key = f"{claim.job.id[:2]}/{claim.job.id}-{claim.attempt}-{number}-{kind}.{encoded.extension}"
        files[key] = encoded.data
        rows.append(_row(claim.job, number, kind, key, encoded, now))
    storage().put_all(files)
    return rows


def _encoded(job: Job, outcome: Outcome) -> Iterator[tuple[int, str, Encoded]]:
    """Every file with its number and kind. What stands beside belongs to the first."""
    for number, picture in enumerate(outcome.pictures, start=1):
        if isinstance(picture, Painting):
            for kind, encoded in _painted(job, picture, outcome):
                yield number, kind, encoded
        else:
            yield number, "result", picture
    for kind, encoded in outcome.sides.items():
        yield 1, kind, encoded


def _painted(job: Job, painting: Painting, outcome: Outcome) -> Iterator[tuple[str, Encoded]]:
    image = painting.image
    if job.watermarked:
        image = watermark.mark(image, settings().SITE_NAME, MARK_FONT)
    about = {
        "Title": str(job.params.get("prompt", "")),
        "Software": f"{settings().SITE_NAME}, {outcome.facts.get('engine', '')}",
        "Comment": f"seed {painting.seed}, style {painting.style}",
        "Copyright": "CC0 1.0",
    }
    yield "result", encode.png(image, about)
    if (kind := job.params.get("kind", "png")) != "png":  # the PNG is always there: pages and links rest on it
        yield kind, encode.as_kind(image, kind, job.params["compression"])
    yield "thumb", encode.thumbnail(image, THUMB)


def _row(job: Job, number: int, kind: str, key: str, encoded: Encoded, now: datetime) -> Picture:
    return Picture(
        job_id=job.id,
        number=number,
        kind=kind,
        key=key,
        type=encoded.type,
        width=encoded.width,
        height=encoded.height,
        bytes=len(encoded.data),
        sha256=hashlib.sha256(encoded.data).hexdigest(),
        created_at=now,
    )
