"""Static files under names that change with their content, so that browsers may keep them for good."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, current_app, request, url_for
from flask.wrappers import Response

A_YEAR = 31_536_000  # seconds


def init_app(app: Flask) -> None:
    app.add_template_global(static)
    app.after_request(keep_versioned)


def static(path: str) -> str:
    return url_for("static", filename=path, v=_version(Path(str(current_app.static_folder), path)))


def keep_versioned(response: Response) -> Response:
    if request.endpoint == "static" and response.status_code in (200, 304):
        lasting = "v" in request.args
        response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable" if lasting else "no-cache"
    return response


@cache
def _version(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
