"""What every storage promises. Keys are relative paths such as `ab/abc-1-2.png`."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import BinaryIO, NamedTuple, Protocol


class Stored(NamedTuple):
    key: str
    at: datetime


class Storage(Protocol):
    def put(self, key: str, data: bytes) -> None:
        """Store whole or not at all; a key that exists is replaced."""

    def put_all(self, files: Mapping[str, bytes]) -> None:
        """Store several, each whole or not at all, quicker than one after the other."""

    def open(self, key: str) -> BinaryIO:
        """A seekable file. Raises FileNotFoundError."""

    def delete(self, key: str) -> None:
        """Gone afterwards, whether it was there or not."""

    def stored(self) -> Iterator[Stored]:
        """Everything there is, in no order."""
