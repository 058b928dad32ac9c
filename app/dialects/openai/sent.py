"""A finished job as OpenAI's clients read it: one answer, or one event for each picture."""

import base64
import json
from collections.abc import Iterator, Sequence
from typing import Any

from flask import Response, stream_with_context
from flask.typing import ResponseReturnValue

from app.dialects.openai.asked import LOSSLESS, Asked
from app.dialects.public import address
from app.dialects.work import pictures_of
from app.extensions import storage
from app.jobs.models import Job, Picture
from app.refusals import Refusal

NAMED_SIZES = ("1024x1024", "1024x1536", "1536x1024")  # the only ones their answers can name
NO_TOKENS = {
    "total_tokens": 0,
    "input_tokens": 0,
    "output_tokens": 0,
    "input_tokens_details": {"text_tokens": 0, "image_tokens": 0},
}


def answer(job: Job, asked: Asked) -> ResponseReturnValue:
    pictures = _files(job, asked)
    facts = _facts(job, asked, _size(pictures[0]))
    if asked.sends_pictures:
        return Response(stream_with_context(_written_out(facts, pictures)), mimetype="application/json")
    return facts | {"data": [{"url": address(job, each.number, asked.kind)} for each in pictures]}


def events(job: Job, asked: Asked, name: str) -> Iterator[str]:
    """One for each picture, of the type `name`."""
    for picture in _files(job, asked):
        about = _about(job, asked, _size(picture), asked.kind)
        yield event(name, {"b64_json": _read(picture), **about, "usage": NO_TOKENS})


def partial(job: Job, asked: Asked, name: str, index: int, data: bytes) -> str:
    """A preview, of the type `name`: a PNG whatever the picture will be, and much smaller than that."""
    about = _about(job, asked, f"{job.width}x{job.height}", LOSSLESS)
    return event(name, {"b64_json": base64.b64encode(data).decode(), "partial_image_index": index, **about})


def event(name: str, facts: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps({'type': name, **facts})}\n\n"


def _about(job: Job, asked: Asked, size: str, kind: str) -> dict[str, Any]:
    """What an event tells beside its picture."""
    return {
        "created_at": _seconds(job),
        "size": size if size in NAMED_SIZES else "auto",
        "quality": asked.told_quality,
        "background": "opaque" if _is_opaque(job) else "auto",
        "output_format": kind,
    }


def _facts(job: Job, asked: Asked, size: str) -> dict[str, Any]:
    """Of an answer, all but the pictures."""
    facts: dict[str, Any] = {"created": _seconds(job), "output_format": asked.kind, "quality": asked.told_quality}
    facts |= {"background": "opaque"} if _is_opaque(job) else {}
    facts |= {"size": size} if size in NAMED_SIZES else {}
    return facts | {"usage": NO_TOKENS}


def _written_out(facts: dict[str, Any], pictures: Sequence[Picture]) -> Iterator[str]:
    """The JSON of an answer, a picture at a time: ten of them are more than a process should hold."""
    yield json.dumps(facts).removesuffix("}") + ', "data": ['
    for number, picture in enumerate(pictures):
        yield (", " if number else "") + json.dumps({"b64_json": _read(picture)})
    yield "]}"


def _files(job: Job, asked: Asked) -> Sequence[Picture]:
    """Refuses with `not_found` when the files are gone: a request may come again after that."""
    found = pictures_of(job, "result" if asked.kind == LOSSLESS else asked.kind)
    if any(picture.pruned_at for picture in found):
        raise Refusal("not_found", "This picture's file is gone.")
    return found


def _read(picture: Picture) -> str:
    with storage().open(picture.key) as file:
        return base64.b64encode(file.read()).decode()


def _is_opaque(job: Job) -> bool:
    return job.tool == "generate" or job.params.get("background") == "opaque" or job.params.get("kind") == "jpeg"


def _size(picture: Picture) -> str:
    return f"{picture.width}x{picture.height}"


def _seconds(job: Job) -> int:
    return int(job.created_at.timestamp())
