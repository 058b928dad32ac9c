"""An answer as server-sent events, put together to the one it would have been without; previews on the way."""

import json
from collections.abc import Callable, Mapping
from typing import Any

KIND = "text/event-stream"
Show = Callable[[str], None]
"""Told of each preview, as Base64."""


class Stream:
    """Fed with chunks as they come. `error` is what the endpoint says instead of a picture, as JSON.

    What is no event as OpenAI writes them is passed over.
    """

    def __init__(self, show: Show) -> None:
        self._show = show
        self._rest, self._looked = bytearray(), 0
        self._pictures: list[Mapping[str, Any]] = []
        self.error: bytes | None = None

    def feed(self, chunk: bytes) -> None:
        self._rest += chunk
        while (end := self._rest.find(b"\n", self._looked)) >= 0:
            line = bytes(self._rest[:end]).strip()
            del self._rest[: end + 1]
            self._looked = 0
            if line.startswith(b"data:"):
                self._event(line.removeprefix(b"data:").strip())
        self._looked = len(self._rest)

    @property
    def answer(self) -> bytes | None:
        """None without a picture."""
        if not self._pictures:
            return None
        return json.dumps({"data": self._pictures}).encode()

    def _event(self, data: bytes) -> None:
        try:
            event = json.loads(data)
        except (ValueError, RecursionError):
            return
        if not isinstance(event, dict):
            return
        name = str(event.get("type"))
        if event.get("error"):
            self.error = data
        elif name.endswith(".completed"):
            self._pictures.append(event)
        elif name.endswith(".partial_image") and isinstance(event.get("b64_json"), str):
            self._show(event["b64_json"])
