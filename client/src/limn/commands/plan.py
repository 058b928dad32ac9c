"""What a command is to do, found out before anything is sent: which files, in which order, to become what."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import shorten

from limn.answers import Tool
from limn.commands.journal import Record, digest_of, fingerprint
from limn.commands.naming import stem_for, stem_of_prompt, taken
from limn.given import Given
from limn.saving import Naming

TOLD = 60  # characters of a prompt in a line about it


@dataclass
class Unit:
    """One run. Files with the same content are one run, with a result for each."""

    source: str
    file: Path | None
    digest: str
    naming: Naming
    copies: list[Naming] = field(default_factory=list)

    def there(self, record: Record) -> list[Path]:
        """The results of an earlier command, if they lie where this one would put them."""
        saved = [self.naming.folder / Path(path).name for path in record.saved]
        mine = bool(saved) and all(path.exists() for path in saved) and _is_for(Path(record.saved[0]), self.naming)
        return saved if mine else []

    def in_the_way(self, ending: str | None) -> Path | None:
        """A file that has the name already. Words that nobody named a file for find a name that is free."""
        if self.file is None and self.naming.count_up:
            return None
        return taken(self.naming.folder, self.naming.stem, self.naming.extension or ending)


def units_of_files(
    tool: Tool, files: Sequence[Path], options: Mapping[str, Given], output: Path | None, out_dir: Path | None
) -> list[Unit]:
    units: dict[str, Unit] = {}
    called: set[tuple[Path, str]] = set()
    for file in dict.fromkeys(files):
        naming = _naming(tool, file, options, output, out_dir, called)
        digest = digest_of(file)
        if known := units.get(digest):
            known.copies.append(naming)
        else:
            units[digest] = Unit(str(file), file, digest, naming)
    return list(units.values())


def unit_of_words(prompt: str, output: Path | None, out_dir: Path | None) -> Unit:
    naming = Naming.of(output, "") if output else Naming(out_dir or Path(), stem_of_prompt(prompt), count_up=True)
    return Unit(shorten(prompt, TOLD, placeholder="…"), None, fingerprint(prompt), naming)


def _naming(
    tool: Tool,
    file: Path,
    options: Mapping[str, Given],
    output: Path | None,
    out_dir: Path | None,
    called: set[tuple[Path, str]],
) -> Naming:
    if output:
        return Naming.of(output, "")
    folder = out_dir or file.parent
    stem = _new(called, folder, stem_for(tool.name, options, file, folder))
    return Naming(folder, stem, count_up=True)


def _new(called: set[tuple[Path, str]], folder: Path, stem: str) -> str:
    """Of a.png and a.gif the second becomes a-2, in the same order each time."""
    found = next(name for name in _counted(stem) if (folder, name) not in called)
    called.add((folder, found))
    return found


def _counted(stem: str) -> Iterable[str]:
    yield stem
    yield from (f"{stem}-{count}" for count in range(2, 1_000_000))


def _is_for(path: Path, naming: Naming) -> bool:
    if path.parent.resolve() != naming.folder.resolve():
        return False
    if naming.extension:
        return path.name == f"{naming.stem}{naming.extension}"
    return path.stem == naming.stem or path.stem.startswith(f"{naming.stem}-")
