"""The doorway: what every request passes on its way in and out."""

from datetime import datetime

from flask import Flask

from app.web import (
    addresses,
    cross_site,
    dialects,
    errors,
    headers,
    idempotency,
    limits,
    prefer,
    sessions,
    static,
    whole,
    words,
)
from app.web.addresses import LARGEST as LARGEST


def forget_old(now: datetime) -> int:
    """What the doorway keeps for a while and no longer: known requests, and windows of limits that are over."""
    return idempotency.forget_old(now) + limits.forget_old()


def init_app(app: Flask) -> None:
    doorway = (whole, addresses, sessions, limits, cross_site, idempotency, prefer)
    for part in (*doorway, headers, static, words, dialects, errors):
        part.init_app(app)
