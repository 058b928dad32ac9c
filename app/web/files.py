"""Sending stored pictures: a fixed type, nothing run, revalidated each time so that revoking takes effect."""

from datetime import datetime
from typing import Protocol

from flask import Response, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wsgi import wrap_file

from app.extensions import storage
from app.refusals import Refusal


class StoredPicture(Protocol):
    """A row that says what lies under a key of the storage."""

    key: str
    type: str
    bytes: int
    sha256: str
    created_at: datetime


def send_picture(picture: StoredPicture, name: str, *, shared: bool, attachment: bool) -> Response:
    """The file with a strong ETag, ranges and 304. `name` is without its extension."""
    try:
        file = storage().open(picture.key)
    except FileNotFoundError:  # pruned between the query and now
        raise Refusal("not_found", "This picture's file is gone.") from None
    response = Response(wrap_file(request.environ, file), mimetype=picture.type, direct_passthrough=True)
    response.content_length = picture.bytes
    response.last_modified = picture.created_at
    response.set_etag(picture.sha256)
    disposition = "attachment" if attachment else "inline"
    extension = picture.key.rsplit(".", 1)[-1]
    response.headers["Content-Disposition"] = f'{disposition}; filename="{name}.{extension}"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    # A shared picture may stand in other sites' pages; a private one may not.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin" if shared else "same-origin"
    response.headers["Cache-Control"] = "private, no-cache"
    try:
        response.make_conditional(request.environ, accept_ranges=True, complete_length=picture.bytes)
    except RequestedRangeNotSatisfiable:
        file.close()
        raise
    if response.status_code == 304 or request.method == "HEAD":
        file.close()  # nobody will read it, nor close it
    return response
