"""A body that broke off on its way is refused, and can be sent again."""

from io import BytesIO
from typing import Any

import pytest

from app.extensions import db
from app.web.idempotency import KnownRequest
from tests.cast import Answer, Cast, Person, png

JSON = b'{"prompt": "a red fox"}'
FORM = (
    b'--edge\r\nContent-Disposition: form-data; name="option"\r\n\r\njpg\r\n'
    b'--edge\r\nContent-Disposition: form-data; name="image"; filename="photo.png"\r\n\r\n'
    + png()
    + b"\r\n--edge--\r\n"
)
BODIES = pytest.mark.parametrize(
    ("path", "kind", "body"),
    [
        ("/api/generate", "application/json", JSON),
        ("/api/convert", "multipart/form-data; boundary=edge", FORM),
    ],
    ids=["json", "form"],
)


def send(who: Person, path: str, kind: str, body: bytes, arrives: int) -> Answer:
    """As gunicorn hands it on when the connection ends after so many bytes."""
    handed_on: dict[str, Any] = {
        "wsgi.input": BytesIO(body[:arrives]),
        "wsgi.input_terminated": True,
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": kind,
        "HTTP_IDEMPOTENCY_KEY": "order 66",
    }
    return who.post(path, environ_overrides=handed_on)


@BODIES
@pytest.mark.parametrize("part", [0, 0.4])
def test_a_part_is_refused_and_the_whole_is_taken_afterwards(
    cast: Cast, path: str, kind: str, body: bytes, part: float
) -> None:
    broken = send(cast.ann, path, kind, body, int(len(body) * part))
    assert broken.status_code == 400
    assert db.session.query(KnownRequest).count() == 0

    whole = send(cast.ann, path, kind, body, len(body))
    assert whole.status_code in (200, 202)


def test_a_body_without_a_length_has_an_end_of_its_own(cast: Cast) -> None:
    chunked = {"wsgi.input": BytesIO(JSON), "wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    answer = cast.ann.post("/api/generate", content_type="application/json", environ_overrides=chunked)
    assert answer.status_code == 200, answer.text
