"""What a request brings to a tool: files, an earlier job's result, or an earlier run to take up again."""

from collections.abc import Iterator
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

from flask import request
from werkzeug.datastructures import FileStorage

from app.extensions import settings
from app.imaging.bounds import MB
from app.imaging.sniff import describe, sniff
from app.jobs.inputs import Order, Upload, inputs_of, result_of
from app.refusals import Refusal
from app.studio.beside import NAMES, beside
from app.studio.views import find_job
from app.studio.visit import asker
from app.toolkit import FileField, Tool
from app.web.body import fields

HEAD = 65_536  # bytes that tell what a file is
FILES_PER_FORM = 4  # of the largest size; without scripts a form sends all its files at once
REST = MB  # of a request, beside its files
LONGEST_NAME = 200


def most_bytes(tool: Tool, files: int = 1) -> int:
    """How large a request with so many pictures may be."""
    return settings().UPLOAD_MB * MB * (files + len(tool.files) - 1) + REST


def wishes(tool: Tool) -> dict[str, Any]:
    """The parameters of the request: an empty field of a form was left out."""
    names = [file.name for file in tool.files]
    return {name: value for name, value in fields().items() if name not in NAMES and name not in names and value != ""}


def orders(tool: Tool) -> list[Order]:
    """One for each picture that was sent; one if it starts from an earlier job."""
    wanted = beside(fields())
    batch = wanted.batch
    main, *others = tool.files
    sent = [upload for field in others if (upload := _sent(field)) is not None]
    again, earlier = wanted.again, wanted.job
    pictures = [file for file in request.files.getlist(main.name) if file.filename]
    if sum(map(bool, (again, earlier, pictures))) > 1:
        raise Refusal("invalid", "Send a file or name an earlier job, not both.", field=main.name)
    if again:
        return [_again(tool, again, sent, batch)]
    if earlier:
        job = find_job(asker(), earlier)
        return [Order(_complete(tool, [result_of(job), *sent]), job.file_name or "earlier picture", batch)]
    if not pictures:
        raise Refusal("invalid", f"{main.label}: choose a file, or name an earlier job.", field=main.name)
    return [Order(_complete(tool, [_upload(main, file), *sent]), _name(file), batch) for file in pictures]


def _again(tool: Tool, job_id: str, beside: list[Upload], batch: str | None) -> Order:
    """What an earlier run began with and kept; files sent now take the place of its own."""
    job = find_job(asker(), job_id)
    found = {upload.field: upload for upload in (*inputs_of(job, tool), *beside)}
    return Order(_complete(tool, list(found.values())), job.file_name, batch, again=True)


def _complete(tool: Tool, uploads: list[Upload]) -> list[Upload]:
    """Refuses with `invalid` when a file is missing, and one that the tool does not take."""
    there = {upload.field for upload in uploads}
    for field in tool.files:
        if field.required and field.name not in there:
            raise Refusal("invalid", f"{field.label} is required, as a file.", field=field.name)
    for name in request.files:
        if name not in {field.name for field in tool.files}:
            raise Refusal("invalid", f"There is no field “{name}” here.", field=name)
    return uploads


def _sent(field: FileField) -> Upload | None:
    file = request.files.get(field.name)
    return _upload(field, file) if file and file.filename else None


def _upload(field: FileField, file: FileStorage) -> Upload:
    """A file by what it holds, whatever its name says."""
    most = settings().UPLOAD_MB * MB
    data = file.stream.read(most + 1)
    if len(data) > most:
        told = f"{_name(file)} is larger than {settings().UPLOAD_MB} MB. Make it smaller and try again."
        raise Refusal("too_large", told, max_bytes=most)
    kind = sniff(data[:HEAD])
    if kind is None:
        told = describe(data[:HEAD])
        raise Refusal("not_a_picture", f"{_name(file)} is {told}, and no picture that can be read.", field=field.name)
    return Upload(field.name, data, kind.type, kind.extension)


def _name(file: FileStorage) -> str:
    """Without the folders some browsers send along."""
    name = PurePosixPath(PureWindowsPath(file.filename or "").as_posix()).name
    return "".join(_printable(name))[:LONGEST_NAME] or "a file"


def _printable(name: str) -> Iterator[str]:
    return (letter for letter in name if letter.isprintable())
