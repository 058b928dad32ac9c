"""Requests that an endpoint fails at: one of them must not keep all the others waiting for ever."""

import threading
from collections import OrderedDict
from collections.abc import Hashable

VISITS = 3  # times that a request may find the endpoint failing
MOST = 1000  # requests that are remembered


class Hardship:
    """Of any number of threads."""

    def __init__(self) -> None:
        self._visits: OrderedDict[Hashable, int] = OrderedDict()
        self._lock = threading.Lock()

    def too_much(self, request: Hashable) -> bool:
        """The endpoint has failed at this request once more: whether that is enough."""
        with self._lock:
            visits = self._visits.pop(request, 0) + 1
            if visits >= VISITS:
                return True
            self._visits[request] = visits
            if len(self._visits) > MOST:
                self._visits.popitem(last=False)
            return False

    def over(self, request: Hashable) -> None:
        """It has been painted after all."""
        with self._lock:
            self._visits.pop(request, None)
