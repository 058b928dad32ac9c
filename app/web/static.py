"""Static files under names that change with their content, so that browsers may keep them for good."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, current_app, request, url_for
from flask.wrappers import Response

A_YEAR, A_WEEK = 31_536_000, 604_800  # seconds


def init_app(app: Flask) -> None:
    app.add_template_global(static)
    app.after_request(keep_versioned)


def static(path: str) -> str:
    return url_for("static", filename=path, v=_version(Path(str(current_app.static_folder), path)))


def keep_versioned(response: Response) -> Response:
    if request.endpoint == "static" and response.status_code in (200, 304):
        response.headers["Cache-Control"] = _lasts(request.path, "v" in request.args)
    return response


def _lasts(path: str, versioned: bool) -> str:
    if versioned:
        return f"public, max-age={A_YEAR}, immutable"
    return f"public, max-age={A_WEEK}" if path.endswith(".woff2") else "no-cache"  # stylesheets name fonts plainly


@cache
def _version(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
