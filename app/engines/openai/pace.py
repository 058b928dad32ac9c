"""How far a request is likely to be, by how long others took: an endpoint does not say."""

import statistics
import time
from collections import deque
from collections.abc import Callable

USUAL = 20.0  # seconds a picture, until it is known
KEPT = 20  # pictures that the pace is told from
ALMOST = 0.95  # further than this nobody knows


class Pace:
    """Seconds a picture. Of any number of threads."""

    def __init__(self) -> None:
        self._seconds: deque[float] = deque(maxlen=KEPT)

    def took(self, seconds: float, pictures: int) -> None:
        self._seconds.append(seconds / pictures)

    @property
    def usual(self) -> float:
        return statistics.median(list(self._seconds) or [USUAL])


class Way:
    """How far one request is. It never goes back."""

    def __init__(self, pace: Pace, count: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._count, self._clock = max(0.1, pace.usual), count, clock
        self._done, self._since, self._share = 0, clock(), 0.0

    def arrived(self, done: int) -> float:
        """So many pictures are there. The seconds that the latest took."""
        took = self._clock() - self._since
        self._done, self._since = done, self._clock()
        return took

    @property
    def share(self) -> float:
        """By the pictures that are there, and by the time for those that are asked for together."""
        left = self._count - self._done
        likely = self._done + min(left, (self._clock() - self._since) / self._seconds)
        self._share = max(self._share, min(ALMOST, likely / self._count))
        return self._share
