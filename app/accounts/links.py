"""The ends of links that go out by mail: signed, for one purpose, until a moment. Nothing is kept of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from app.extensions import settings


def token(purpose: str, said: Sequence[str | int], until: datetime) -> str:
    return _signer(purpose).dumps([int(until.timestamp()), *said])


def read(purpose: str, token: str, now: datetime) -> list[Any] | None:
    """What a token says; None if we did not write it for this purpose, or its time is over."""
    try:
        until, *said = _signer(purpose).loads(token)
    except BadData:
        return None
    return said if now.timestamp() < until else None


def _signer(purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(settings().SECRET_KEY, salt=f"link of a mail: {purpose}")
