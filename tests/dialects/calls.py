"""Calls of the OpenAI dialect as the tests make them, and what came back."""

import base64
import json
from io import BytesIO
from typing import Any

from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from app.extensions import db
from app.jobs.models import Job
from tests.cast import Answer, Program, png

HOST = "http://localhost"


def generates(program: Program, prompt: object = "a red fox", **fields: object) -> Answer:
    return program.post("/v1/images/generations", json={"prompt": prompt, **fields})


def sends(program: Program, call: str, picture: object = None, **fields: object) -> Answer:
    """A form, as the SDKs send it. Fields that are bytes are files."""
    given = {"image": picture or png(), **fields}
    form = {name: _file(value) if isinstance(value, bytes) else value for name, value in given.items()}
    boundary, body = encode_multipart(form)  # in memory: the client would leave its temporary file open
    return program.post(f"/v1/images/{call}", data=body, content_type=f"multipart/form-data; boundary={boundary}")


def _file(data: bytes) -> FileStorage:
    return FileStorage(BytesIO(data), "a.png")


def mask(width: int = 40, height: int = 30) -> bytes:
    """What is see-through in it is to be painted anew."""
    image = Image.new("RGBA", (width, height), "white")
    image.paste((0, 0, 0, 0), (10, 5, 25, 25))
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def opened(data: str | bytes) -> Image.Image:
    return Image.open(BytesIO(base64.b64decode(data) if isinstance(data, str) else data))


def pictures(program: Program, answer: Answer) -> list[Image.Image]:
    """Whichever way they come."""
    assert answer.status_code == 200, answer.text
    return [
        opened(image["b64_json"]) if "b64_json" in image else opened(program.get(image["url"].removeprefix(HOST)).data)
        for image in answer.json["data"]
    ]


def last_job() -> Job:
    db.session.remove()
    return db.session.query(Job).order_by(Job.created_at.desc()).limit(1).one()


def told(answer: Answer) -> list[dict[str, Any]]:
    """The events of a stream."""
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    events = [part for part in answer.text.split("\n\n") if part and not part.startswith(":")]
    for event in events:
        name, data = event.split("\n")
        assert name == f"event: {json.loads(data.removeprefix('data: '))['type']}"
    return [json.loads(event.split("data: ", 1)[1]) for event in events]


def error(answer: Answer, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert list(answer.json) == ["error"]
    assert sorted(answer.json["error"]) == ["code", "message", "param", "type"]
    return dict(answer.json["error"])
