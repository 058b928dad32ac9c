"""Many results as one ZIP, sent while it is written."""

from collections import Counter
from collections.abc import Iterator, Sequence
from io import RawIOBase
from pathlib import PurePath
from zipfile import ZIP_STORED, ZipFile

from flask import Response
from sqlalchemy import select

from app.extensions import db, storage
from app.jobs.models import Job, Picture
from app.refusals import Refusal
from app.storage import Storage

CHUNK = 1024 * 1024  # bytes


class Outbox(RawIOBase):
    """What ZipFile has written and nobody has taken yet."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        view = memoryview(data)  # type: ignore[arg-type]
        self.waiting += view
        return view.nbytes

    def take(self) -> bytes:
        taken = bytes(self.waiting)
        self.waiting.clear()
        return taken


def stream_zip(jobs: Sequence[Job]) -> Response:
    """The results of these jobs under their files' names. Refuses with `not_found` when there are none."""
    results = select(Picture).where(Picture.job_id.in_([job.id for job in jobs]), Picture.kind == "result")
    order = {job.id: place for place, job in enumerate(jobs)}
    found = db.session.scalars(results.where(Picture.pruned_at.is_(None)))
    pictures = sorted(found, key=lambda picture: (order[picture.job_id], picture.number))
    if not pictures:
        raise Refusal("not_found", "None of these files is there.")
    entries = list(_named({job.id: job.file_name for job in jobs}, pictures))
    response = Response(_pack(storage(), entries), mimetype="application/zip")
    response.headers["Content-Disposition"] = 'attachment; filename="pictures.zip"'
    return response


def _named(names: dict[str, str], pictures: Sequence[Picture]) -> Iterator[tuple[str, str]]:
    """(name in the ZIP, key in the storage); a name that comes twice is counted."""
    seen: Counter[str] = Counter()
    for picture in pictures:
        stem, extension = PurePath(names[picture.job_id]).stem or "picture", picture.key.rsplit(".", 1)[-1]
        seen[f"{stem}.{extension}"] += 1
        count = seen[f"{stem}.{extension}"]
        yield (f"{stem}.{extension}" if count == 1 else f"{stem}-{count}.{extension}"), picture.key


def _pack(files: Storage, entries: Sequence[tuple[str, str]]) -> Iterator[bytes]:
    """Stored, not deflated: pictures are compressed already."""
    outbox = Outbox()
    with ZipFile(outbox, "w", ZIP_STORED) as archive:
        for name, key in entries:
            with files.open(key) as file, archive.open(name, "w", force_zip64=True) as entry:
                while chunk := file.read(CHUNK):
                    entry.write(chunk)
                    yield outbox.take()
    yield outbox.take()
