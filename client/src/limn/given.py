"""What somebody gives to a tool, told apart: texts and numbers, files, and earlier jobs."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO, Protocol

from limn.answers import Tool
from limn.effects import FileField
from limn.errors import BadFile


class Earlier(Protocol):
    """A job, whose result is worked on."""

    @property
    def id(self) -> str: ...


Given = str | int | float | bool | os.PathLike[str] | bytes | None
"""An option. A path or bytes are a file; None is left out."""
File = str | os.PathLike[str] | bytes | BinaryIO | Earlier
"""A picture to work on: where it is, its bytes, an open file, or an earlier job."""


def file_field(file: str | os.PathLike[str] | bytes | BinaryIO) -> FileField:
    """Its name and content. The server tells what it is by the content."""
    if isinstance(file, bytes):
        return "picture", file
    if isinstance(file, (str, os.PathLike)):
        path = Path(file)
        return path.name, path.read_bytes()
    return Path(str(getattr(file, "name", "picture"))).name, file.read()


def refuse_too_large(tool: Tool, path: Path) -> None:
    """Before it is sent: the server would only hang up. Raises BadFile."""
    most = tool.files[0].max_bytes if tool.files else None
    if most is not None and path.stat().st_size > most:
        told = f"The file is larger than the {most // 2**20} MB that this server takes. Make it smaller and try again."
        raise BadFile("too_large", told, {"max_bytes": most})


def is_file(value: object) -> bool:
    """Whether an option is a file. A text is a text here, even if a file has that name: Path("…") is the file."""
    return isinstance(value, (os.PathLike, bytes)) or hasattr(value, "read")


def fields_of(options: Mapping[str, object]) -> dict[str, str]:
    """As a form carries them. What is None was left out."""
    return {name: written(value) for name, value in options.items() if value is not None}


def written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
