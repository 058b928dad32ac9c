"""The one place that asks what time it is, so that it can be moved: by a test, and by hand beside the test checkout.

A site whose checkout moves no money may run ahead of the world, to see a trial end or a month go by. How far stands in
a file that all its processes read.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

_file: Path | None = None  # None: a clock that cannot be moved


def now() -> datetime:
    return datetime.now(UTC) + ahead()


def ahead() -> timedelta:
    """How far this site runs ahead of the world."""
    try:
        return timedelta(seconds=float(_file.read_text())) if _file else timedelta()
    except FileNotFoundError:
        return timedelta()


def follow(file: Path | None) -> None:
    """From now on this process runs as far ahead as the file says; None: never."""
    global _file
    _file = file


def move_on(step: timedelta) -> None:
    """Let the site run ahead by this much more. Raises ValueError where it cannot, or for a step back."""
    if _file is None or step < timedelta():
        raise ValueError("this clock cannot be moved so")
    fresh = _file.with_suffix(".new")
    fresh.write_text(str((ahead() + step).total_seconds()))
    fresh.replace(_file)
