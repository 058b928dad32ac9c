"""What a flow asks of the outside world, and what comes back.

Everything the client does is written once, as a generator that yields these and is sent the replies. `sync` and `aio`
carry them out, each in its own way, and know nothing else.
"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

FileField = tuple[str, bytes]
"""A file's name and content."""


@dataclass(frozen=True)
class Ask:
    """One request. `path` is below the server's address, or an address of its own."""

    method: str
    path: str
    json: Mapping[str, object] | None = None
    fields: Mapping[str, str] | None = None
    files: Mapping[str, FileField] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    with_key: bool = True


@dataclass(frozen=True)
class Fetch:
    """A download, written to a file as it comes."""

    path: str
    target: Path
    with_key: bool = True


@dataclass(frozen=True)
class Pause:
    seconds: float


@dataclass(frozen=True)
class Answer:
    """What the server said. The names of headers are in lower case; of a download that went well the body is empty."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    tries: int = 1  # that it took

    @property
    def fine(self) -> bool:
        return 200 <= self.status < 300


@dataclass(frozen=True)
class Lost:
    """No answer came: the connection could not be made, or broke."""

    reason: str


Effect = Ask | Fetch | Pause
Reply = Answer | Lost | None
Flow = Generator[Effect, Reply, T]
