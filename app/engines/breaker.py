"""A circuit breaker: whoever does not work is left alone for a while, then tried by one at a time."""

import threading
import time
from collections.abc import Callable

FIRST, LONGEST = 15.0, 300.0  # seconds of a rest; they double


class Breaker:
    """Of any number of threads. It opens after so many failures in a row (`after`), and rests twice as long each time.

    Whoever was let in says what came of it: `worked`, `failed`, or `untried` where there was nothing to try.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        first: float = FIRST,
        longest: float = LONGEST,
        after: int = 1,
    ) -> None:
        self._clock, self._first, self._longest, self._after = clock, first, longest, after
        self._lock = threading.Lock()
        self._failures = 0
        self._pause = first
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
            self._failures, self._pause = 0, self._first
            self._until, self._on_trial = None, False

    def failed(self) -> None:
        """Several who fail during one rest, having begun before it, do not make it longer."""
        with self._lock:
            self._on_trial = False
            self._failures += 1
            now = self._clock()
            resting = self._until is not None and now < self._until
            if self._failures < self._after or resting:
                return
            self._until = now + self._pause
            self._pause = min(self._longest, 2 * self._pause)

    def untried(self) -> None:
        """Whoever was let in found nothing to try: the next one may."""
        with self._lock:
            self._on_trial = False

    @property
    def resting(self) -> float:
        """Seconds until the next try; 0 where one may try."""
        with self._lock:
            return 0.0 if self._until is None else max(0.0, self._until - self._clock())
