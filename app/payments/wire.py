"""The line to Stripe, with an end: whatever happens there, an answer or an error is here in time.

Import it where it is used: it brings Stripe's library along.
"""

import threading
import time
from typing import Any

import requests
from flask import g, has_request_context
from requests.exceptions import ChunkedEncodingError
from stripe import APIConnectionError, RequestsClient

PATIENCE = 10.0  # seconds for a call with its retries; within a web request for all of its calls together
CONNECT = 3.0
READ = 6.0
WORTH_TRYING = 1.0  # a try with less time than this is none

_lines = threading.local()


class Wire(RequestsClient):
    """A client of one thread. Connections are kept for the next one."""

    def __init__(self) -> None:
        super().__init__(timeout=(CONNECT, READ), session=_session())
        self._ends_at = 0.0

    def request_with_retries(self, *args: Any, **options: Any) -> Any:
        self._ends_at = _end()
        return super().request_with_retries(*args, **options)

    def request(self, *args: Any, **options: Any) -> Any:
        left = self._left()
        if left <= 0:
            raise APIConnectionError("No time was left to ask.", should_retry=False)  # type: ignore[no-untyped-call]
        self._timeout = (min(CONNECT, left), min(READ, left))
        try:
            return super().request(*args, **options)
        except APIConnectionError as error:
            # Its key makes it safe to send again, and Stripe's library forgets about an answer that broke off.
            error.should_retry = error.should_retry or isinstance(error.__cause__, ChunkedEncodingError)
            raise

    def _should_retry(self, response: Any, api_connection_error: Any, num_retries: int, most: int | None) -> bool:
        """As Stripe's library does, and after 429; but never past the end."""
        if self._left() < WORTH_TRYING + self._sleep_time_seconds(num_retries + 1):
            return False
        if response is not None and response[1] == 429:
            return num_retries < (most or 0)
        return bool(super()._should_retry(response, api_connection_error, num_retries, most))

    def _left(self) -> float:
        return self._ends_at - time.monotonic()


def _session() -> requests.Session:
    if not hasattr(_lines, "session"):
        _lines.session = requests.Session()
    kept: requests.Session = _lines.session
    return kept


def _end() -> float:
    """When this call has to be over, on the monotonic clock."""
    end = time.monotonic() + PATIENCE
    if not has_request_context():
        return end
    if "stripe_ends_at" not in g:
        g.stripe_ends_at = end
    return min(end, float(g.stripe_ends_at))
