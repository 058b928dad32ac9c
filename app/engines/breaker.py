"""A circuit breaker: whoever does not work is left alone for a while, then tried by one at a time."""

import threading
import time
from collections.abc import Callable

FIRST, LONGEST = 15.0, 300.0  # seconds of a rest; they double


class Breaker:
    """Of any number of threads. A failure opens it, for twice as long each time until it works again.

    Whoever was let in says what came of it: `worked`, `failed`, or `untried` where there was nothing to try.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._pause = FIRST
        self._until: float | None = None  # None: it works, as far as anybody knows
        self._on_trial = False

    def may_try(self) -> bool:
        """Whether to try. After a rest it is True for one caller at a time, until that one has said what came of it."""
        with self._lock:
            if self._until is None:
                return True
            if self._on_trial or self._clock() < self._until:
                return False
            self._on_trial = True
            return True

    def worked(self) -> None:
        with self._lock:
            self._pause, self._until, self._on_trial = FIRST, None, False

    def failed(self) -> None:
        """Several who fail during one rest, having begun before it, do not make it longer."""
        with self._lock:
            self._on_trial = False
            now = self._clock()
            if self._until is None or now >= self._until:
                self._until = now + self._pause
                self._pause = min(LONGEST, 2 * self._pause)

    def untried(self) -> None:
        """Whoever was let in found nothing to try: the next one may."""
        with self._lock:
            self._on_trial = False

    @property
    def resting(self) -> float:
        """Seconds until the next try; 0 where one may try."""
        with self._lock:
            return 0.0 if self._until is None else max(0.0, self._until - self._clock())
