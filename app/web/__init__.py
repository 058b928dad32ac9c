"""The doorway: what every request passes on its way in and out."""

from flask import Flask
from werkzeug.routing import BaseConverter

from app.web import cross_site, errors, headers, limits, sessions, static


class JobId(BaseConverter):
    """22 letters and digits, so that a share link stands at the root beside the pages."""

    regex = "[0-9A-Za-z]{22}"


def init_app(app: Flask) -> None:
    app.url_map.converters["job"] = JobId
    for part in (sessions, limits, cross_site, headers, static, errors):
        part.init_app(app)
