"""Static files under names that change with their content, so that browsers may keep them for good, and packed.

Pages are not packed: their length would tell something of the secrets in them to whoever can make a browser ask for
pages with guesses in the address (BREACH).
"""

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, current_app, request, url_for
from flask.wrappers import Response
from flask_compress import Compress

A_YEAR, A_WEEK = 31_536_000, 604_800  # seconds
PACKED = ["text/css", "text/javascript", "application/javascript", "image/svg+xml", "application/json"]

_compress = Compress()


def init_app(app: Flask) -> None:
    app.add_template_global(static)
    app.config.update(COMPRESS_REGISTER=False, COMPRESS_MIMETYPES=PACKED)
    _compress.init_app(app)
    app.after_request(keep_versioned)
    app.after_request(pack)


def static(path: str) -> str:
    return url_for("static", filename=path, v=_version(Path(str(current_app.static_folder), path)))


def keep_versioned(response: Response) -> Response:
    if request.endpoint == "static" and response.status_code in (200, 304):
        response.headers["Cache-Control"] = _lasts(request.path, "v" in request.args)
    return response


def pack(response: Response) -> Response:
    """What is the same for everybody: static files and the description of the API."""
    if request.endpoint == "static" or request.path == "/api/openapi.json":
        if close := getattr(response.response, "close", None):  # of the file, which the packer forgets
            response.call_on_close(close)
        return _compress.after_request(response)
    return response


def _lasts(path: str, versioned: bool) -> str:
    if versioned:
        return f"public, max-age={A_YEAR}, immutable"
    return f"public, max-age={A_WEEK}" if path.endswith(".woff2") else "no-cache"  # stylesheets name fonts plainly


@cache
def _version(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
