"""A model's folder, looked at before anything heavy is imported: whether it is one, and how much memory it takes."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path

from app.engines.catalogue import Model, folder_of
from app.engines.diffusers.families import INDEX
from app.engines.protocol import EngineDown
from config import Settings

GB = 10**9
CHECKER = "safety_checker"
HALF = re.compile(r"\.fp16[.-]")  # in the name of a file, of several files too


@dataclass(frozen=True)
class Weights:
    """The files of a model that is to be loaded. `setting` is what names it, for whoever has to mend something."""

    folder: Path
    setting: str
    variant: str | None  # of the files: fp16, where there are no others

    def bytes_of(self, item: int) -> int:
        """In memory, with `item` bytes a number. What checks pictures is not counted: it is small and comes apart."""
        return sum(_numbers(file) for file in self._files()) * item

    def largest(self, item: int) -> int:
        """Of its parts, the one that takes most."""
        parts: dict[Path, int] = {}
        for file in self._files():
            parts[file.parent] = parts.get(file.parent, 0) + _numbers(file) * item
        return max(parts.values(), default=0)

    def _files(self) -> Iterator[Path]:
        for part in _parts(self.folder):
            yield from (part / name for name in chosen(_names(part), half=self.variant is not None))


def weights_of(model: Model, settings: Settings) -> Weights:
    """Raises EngineDown, one line that names the setting and the way out."""
    setting = f"MODEL_LIST: model “{model.name}”" if settings.MODEL_LIST else "MODEL"
    folder = folder_of(model.source, settings)
    if not folder.is_dir():
        raise EngineDown(f"{setting}: there is no folder {model.source}{_instead(model.source)}")
    if not (folder / INDEX).is_file():
        raise EngineDown(
            f"{setting}: {folder} is no diffusers model, for it has no {INDEX}: name the folder that has one, or get a "
            "model with `flask --app wsgi models fetch OWNER/NAME`"
        )
    return Weights(folder, setting, _variant(folder))


def chosen(names: Sequence[str], *, half: bool) -> list[str]:
    """Of one part's files those that are loaded: safetensors if there are some, and in half precision if it may be."""
    names = [name for name in names if "non_ema" not in name]
    weights = [name for name in names if name.endswith(".safetensors")] or [n for n in names if n.endswith(".bin")]
    halves = [name for name in weights if HALF.search(name)]
    plain = [name for name in weights if not HALF.search(name)]
    return (halves or plain) if half else (plain or halves)


def _instead(source: str) -> str:
    if source.count("/") == 1 and not source.startswith(("/", ".", "~")):
        return f", and no such model was fetched: run `flask --app wsgi models fetch {source}`"
    return ": name one that is there, or get a model with `flask --app wsgi models fetch OWNER/NAME`"


def _variant(folder: Path) -> str | None:
    """`fp16` where one of the parts is there in that precision alone."""
    for part in _parts(folder):
        if any(HALF.search(name) for name in chosen(_names(part), half=False)):
            return "fp16"
    return None


def _parts(folder: Path) -> list[Path]:
    return [part for part in sorted(folder.iterdir()) if part.is_dir() and part.name != CHECKER]


def _names(part: Path) -> list[str]:
    return [file.name for file in part.iterdir()]


def _numbers(file: Path) -> int:
    """How many numbers a file of weights holds, by the table at its head. Older kinds have none."""
    if file.suffix != ".safetensors":
        return file.stat().st_size // (2 if HALF.search(file.name) else 4)
    try:
        with file.open("rb") as opened:
            length = int.from_bytes(opened.read(8), "little")
            table = json.loads(opened.read(length))
    except (ValueError, MemoryError) as error:  # it tells any length
        raise ValueError(f"{file.parent.name}/{file.name} is broken or was not downloaded as a whole") from error
    return sum(prod(told["shape"]) for name, told in table.items() if name != "__metadata__")
