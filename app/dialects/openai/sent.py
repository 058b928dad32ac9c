"""A finished job as OpenAI's clients read it: one answer, or one event for each picture."""

import base64
import json
from collections.abc import Iterator, Sequence
from typing import Any

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


def answer(job: Job, asked: Asked) -> dict[str, Any]:
    pictures = _files(job, asked)
    size = _size(pictures[0])
    body: dict[str, Any] = {"created": _seconds(job), "data": [_image(job, asked, each) for each in pictures]}
    body |= {"background": "opaque"} if _is_opaque(job) else {}
    body |= {"size": size} if size in NAMED_SIZES else {}
    return body | {"output_format": asked.kind, "quality": asked.told_quality, "usage": NO_TOKENS}


def events(job: Job, asked: Asked, name: str) -> Iterator[str]:
    """One for each picture, of the type `name`."""
    for picture in _files(job, asked):
        size = _size(picture)
        yield event(
            name,
            {
                "b64_json": _read(picture),
                "created_at": _seconds(job),
                "size": size if size in NAMED_SIZES else "auto",
                "quality": asked.told_quality,
                "background": "opaque" if _is_opaque(job) else "auto",
                "output_format": asked.kind,
                "usage": NO_TOKENS,
            },
        )


def event(name: str, facts: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps({'type': name, **facts})}\n\n"


def _files(job: Job, asked: Asked) -> Sequence[Picture]:
    return pictures_of(job, "result" if asked.kind == LOSSLESS else asked.kind)


def _image(job: Job, asked: Asked, picture: Picture) -> dict[str, str]:
    if asked.sends_pictures:
        return {"b64_json": _read(picture)}
    return {"url": address(job, picture.number, asked.kind)}


def _read(picture: Picture) -> str:
    try:
        with storage().open(picture.key) as file:
            return base64.b64encode(file.read()).decode()
    except FileNotFoundError:  # of a request that comes again after a day
        raise Refusal("not_found", "This picture's file is gone.") from None


def _is_opaque(job: Job) -> bool:
    return job.tool == "generate" or job.params.get("background") == "opaque" or job.params.get("kind") == "jpeg"


def _size(picture: Picture) -> str:
    return f"{picture.width}x{picture.height}"


def _seconds(job: Job) -> int:
    return int(job.created_at.timestamp())
