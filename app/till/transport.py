"""Stripe's library speaks to the test checkout through this, instead of over the network."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from stripe import HTTPClient

from app import clock
from app.till.api import answer
from app.till.form import decode


class Transport(HTTPClient):
    """Answers in the process. It is made for one client, and needs the app's context."""

    name = "test checkout"

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        place = urlsplit(url)
        text = place.query if method.lower() in ("get", "delete") and not post_data else post_data or ""
        key = (headers or {}).get("Idempotency-Key")
        status, body = answer(method, place.path, decode(text), key, clock.now())
        return json.dumps(body), status, {"request-id": "req_till"}

    def close(self) -> None:
        """Nothing is open."""
