"""Pictures into files: how they are called, and that each appears whole or not at all and replaces nothing unasked."""

import mimetypes
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

EXTENSIONS = {  # what systems disagree about, or do not know
    "image/jpeg": ".jpg",
    "image/tiff": ".tiff",
    "image/heic": ".heic",
    "image/avif": ".avif",
    "image/webp": ".webp",
    "image/bmp": ".bmp",
    "image/svg+xml": ".svg",
    "application/zip": ".zip",
}
LONGEST = 8  # characters of an extension that is taken as it is told


@dataclass(frozen=True)
class Naming:
    """Where a job's pictures go: `stem` and what it is, with a number from the second on.

    `extension` is given where somebody named the whole file; else it follows from what comes. A name that is taken is
    counted up where `count_up` says so.
    """

    folder: Path
    stem: str
    extension: str | None = None
    count_up: bool = False

    @classmethod
    def of(cls, path: str | os.PathLike[str], stem: str) -> "Naming":
        """For a file, or for a folder, which takes pictures by the stem."""
        found = Path(path)
        if found.is_dir() or os.fspath(path).endswith(("/", os.sep)):
            return cls(found, stem, count_up=True)
        return cls(found.parent, found.stem, found.suffix or None)

    def path(self, number: int, extension: str, overwrite: bool = False) -> Path:
        """Of the first, second, … picture. Only the first has a name that somebody chose, so the others give way."""
        numbered = self.stem if number == 1 else f"{self.stem}-{number}"
        path = self.folder / f"{numbered}{self.extension or extension}"
        gives_way = (self.count_up or number > 1) and not overwrite
        return free(path) if gives_way else path


def free(path: Path) -> Path:
    """The path, or the first one counted up from it that nothing lies at."""
    found, count = path, 1
    while found.exists():
        count += 1
        found = path.with_name(f"{path.stem}-{count}{path.suffix}")
    return found


@contextmanager
def unfinished(folder: Path) -> Iterator[Path]:
    """A path for what is still on its way, in the folder it will stay in. Whatever is left there goes."""
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f".limn-{secrets.token_hex(6)}.part"
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


def place(part: Path, target: Path, overwrite: bool) -> None:
    """Give a whole file its name. Raises FileExistsError when something has it and is not to be replaced."""
    if overwrite:
        part.replace(target)
        return
    try:
        os.link(part, target)  # in one step, so that nobody else's file is replaced
    except FileExistsError:
        raise FileExistsError(f"{target} is there already") from None
    except OSError:  # a file system without links
        target.open("xb").close()
        part.replace(target)


def extension_of(headers: Mapping[str, str]) -> str:
    """By the name that the server gives a file, else by its type."""
    message = Message()
    message["Content-Disposition"] = headers.get("content-disposition", "")
    named = Path(message.get_filename() or "").suffix.lower()
    if named[1:].isalnum() and len(named) <= LONGEST:
        return named
    kind = headers.get("content-type", "").split(";")[0].strip().lower()
    return EXTENSIONS.get(kind) or mimetypes.guess_extension(kind) or ".bin"
