"""The one place that asks what time it is, so that a test can move it."""

from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(UTC)
