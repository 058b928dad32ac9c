"""Stripe's calendar: a period ends on the day of the month it was anchored to, or on the last day there is."""

from calendar import monthrange
from datetime import UTC, datetime

DAY = 86_400


def period_after(start: int, anchor: int, months: int) -> int:
    """The end of the period of so many months that begins at `start`, in epoch seconds.

    The day comes from the anchor: 31 January, 28 February, 31 March.
    """
    first, begun = datetime.fromtimestamp(anchor, UTC), datetime.fromtimestamp(start, UTC)
    count = begun.year * 12 + begun.month - 1 + months
    year, month = divmod(count, 12)
    day = min(first.day, monthrange(year, month + 1)[1])
    return int(first.replace(year=year, month=month + 1, day=day).timestamp())


def months_of(price: dict[str, object]) -> int:
    """How many months a recurring price pays for."""
    recurring = price["recurring"]
    assert isinstance(recurring, dict)  # noqa: S101 narrows: only recurring prices come here
    return int(recurring["interval_count"]) * (12 if recurring["interval"] == "year" else 1)
