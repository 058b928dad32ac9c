"""What every job tells, in both clients."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from limn.account import absolute
from limn.answers import State
from limn.errors import LimnError
from limn.saving import Naming


class Told:
    """A job as the server last told of it."""

    def __init__(self, state: State, url: str) -> None:
        self._state = state
        self._url = url

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id} {self.status}>"

    @property
    def state(self) -> State:
        return self._state

    @property
    def id(self) -> str:
        return self._state.id

    @property
    def status(self) -> str:
        """queued, submitted, finalizing, succeeded, failed or canceled."""
        return self._state.status

    @property
    def done(self) -> bool:
        """Whether it has ended, well or not."""
        return not self._state.waiting

    @property
    def progress(self) -> int:
        """0 to 100, while it runs."""
        return self._state.progress

    @property
    def queue_position(self) -> int | None:
        return self._state.queue_position

    @property
    def images(self) -> list[str]:
        """The addresses of its files."""
        return [absolute(path, self._url) for path in self._state.images]

    @property
    def share_urls(self) -> list[str]:
        """The addresses of its pages, for whoever has the link."""
        return list(self._state.share_urls)

    @property
    def error(self) -> LimnError | None:
        """Why it failed, if it did."""
        return self._state.error

    @property
    def credit_cost(self) -> int | None:
        """Credits it took, where the server tells."""
        return self.facts.get("credit_cost")

    @property
    def facts(self) -> Mapping[str, Any]:
        """The whole answer."""
        return self._state.facts

    def _naming(self, path: Naming | str | Path) -> Naming:
        return path if isinstance(path, Naming) else Naming.of(path, f"limn-{self.id[:8]}")
