"""The doorway: what every request passes on its way in and out."""

from datetime import datetime

from flask import Flask
from werkzeug.routing import BaseConverter, IntegerConverter, Map

from app.web import cross_site, dialects, errors, headers, idempotency, limits, prefer, sessions, static, whole, words

LARGEST = 2**31 - 1  # of an INTEGER column


class JobId(BaseConverter):
    """22 letters and digits, so that a share link stands at the root beside the pages."""

    regex = "[0-9A-Za-z]{22}"


class RowNumber(IntegerConverter):
    """A number that a database can hold: a larger one is no address, where it would be an error."""

    def __init__(self, map: Map) -> None:  # noqa: A002  (werkzeug's name)
        super().__init__(map, max=LARGEST)


def forget_old(now: datetime) -> int:
    """What the doorway keeps for a while and no longer: known requests, and windows of limits that are over."""
    return idempotency.forget_old(now) + limits.forget_old()


def init_app(app: Flask) -> None:
    app.url_map.converters |= {"job": JobId, "int": RowNumber}
    for part in (whole, sessions, limits, cross_site, idempotency, prefer, headers, static, words, dialects, errors):
        part.init_app(app)
