"""Asking again: how often, and how long to wait in between."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import TypeVar

from app import clock
from app.engines.openai.pictures import Broken

ATTEMPTS = 4
FIRST, LONGEST = 0.5, 8.0  # seconds; they double
PATIENCE = 60.0  # seconds that an endpoint may ask to wait; for longer the job waits elsewhere

T = TypeVar("T")

logger = logging.getLogger(__name__)


class Later(Exception):
    """The same request may work later. `after` are seconds that the endpoint asks for.

    `its_own` says that it may be this very request that the endpoint fails at; `at_once`, that asking again soon is
    no use.
    """

    def __init__(self, why: str, after: float | None = None, *, its_own: bool = False, at_once: bool = False) -> None:
        super().__init__(why)
        self.after, self.its_own, self.at_once = after, its_own, at_once


async def patiently(ask: Callable[[], Awaitable[T]], who: str) -> T:
    """What `ask` gives, asked several times if need be. Raises Later or Broken when that is no use."""
    for number in range(ATTEMPTS - 1):
        try:
            return await ask()
        except (Later, Broken) as error:
            wait = pause(number, error)
            if wait is None:
                raise
            logger.warning("%s: %s; asked again in %.1f s", who, error, wait)
        await asyncio.sleep(wait)
    return await ask()


def pause(number: int, error: Later | Broken, chance: Callable[[], float] = random.random) -> float | None:
    """Seconds until the next attempt, some of them by chance, lest all come back together; None for none soon."""
    own = min(LONGEST, FIRST * 2.0**number) * (0.5 + chance() / 2)
    if isinstance(error, Broken):
        return own
    if error.at_once or (error.after or 0) > PATIENCE:
        return None
    return max(own, error.after or 0)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that an answer asks to wait, written as such or as a date; None if it does not, or nobody understands."""
    given = headers.get("retry-after", "").strip()
    try:
        if given.replace(".", "", 1).isdecimal():
            return float(given)
        return max(0.0, (parsedate_to_datetime(given) - clock.now()).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None
