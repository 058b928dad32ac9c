"""Patterns of words, as the data files write them, and where they are found.

nude {person}       a word, then any term of the group "person"
{person} ... nude   up to four words may stand between
behead*             every word that begins so
the? pope           the word may be missing
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product

from app.moderation.reader import Reading
from app.moderation.text import IDEOGRAPHS, plain

GAP = "..."
WORDS_IN_GAP = 4

Pattern = tuple[str, ...]
Spans = dict[int, set[int]]
"""Ends by start."""


@dataclass
class Found:
    """What was found of each group in one reading of a text."""

    reading: Reading
    spans: dict[str, Spans]
    by_word: dict[str, list[int]] = field(default_factory=dict)

    def find(self, pattern: Pattern) -> Iterator[tuple[int, int]]:
        """Where a pattern begins and ends. A gap neither begins nor ends one."""
        for start in self._starts(pattern[0]):
            for end in self._ends(pattern, start):
                yield start, end

    def __post_init__(self) -> None:
        for place, edges in self.reading.edges.items():
            for word, _ in edges:
                self.by_word.setdefault(word, []).append(place)

    def _starts(self, part: str) -> Iterable[int]:
        return list(self.spans.get(part[1:-1], ())) if _is_group(part) else self.by_word.get(part, ())

    def _ends(self, pattern: Pattern, start: int) -> set[int]:
        places = {start}
        for part in pattern:
            if part == GAP:
                places = {further for place in places for further in self.reading.skip(place, WORDS_IN_GAP)}
            else:
                places = {end for place in places for end in self._over(part, place)}
            if not places:
                break
        return places

    def _over(self, part: str, place: int) -> Iterable[int]:
        if _is_group(part):
            return self.spans.get(part[1:-1], {}).get(place, ())
        return [end for word, end in self.reading.edges.get(place, ()) if word == part]


def parse(written: str) -> list[Pattern]:
    """The patterns that a line of data stands for: one for each way to leave out what may be missing."""
    parts = [_alternatives(part) for part in written.split()]
    return [tuple(piece for part in chosen for piece in part) for chosen in product(*parts)]


class Groups:
    """Named lists of patterns, in order: a pattern may name the groups before its own."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._by_word: dict[str, list[tuple[int, Pattern]]] = {}  # patterns that begin with a word
        self._others: list[list[Pattern]] = []  # those that begin with a group, by the number of their own
        self._named: set[str] = set()

    def add(self, name: str, lines: Iterable[str]) -> None:
        if name in self.names:
            raise ValueError(f"two groups are called {name!r}")
        number = len(self.names)
        self.names.append(name)
        self._others.append([])
        for pattern in (pattern for line in lines for pattern in parse(line)):
            self._named |= {part[1:-1] for part in pattern if _is_group(part)} - set(self.names)
            if _is_group(pattern[0]):
                self._others[number].append(pattern)
            else:
                self._by_word.setdefault(pattern[0], []).append((number, pattern))

    def words(self) -> dict[str, bool]:
        """Every word, and whether some pattern consists of it alone."""
        listed = [pattern for _, pattern in (one for many in self._by_word.values() for one in many)]
        listed += [pattern for patterns in self._others for pattern in patterns]
        alone = {pattern[0] for pattern in listed if len(pattern) == 1}
        return {part: part in alone for pattern in listed for part in pattern if part != GAP and not _is_group(part)}

    def unknown(self, names: Iterable[str]) -> set[str]:
        """Of some names and those that patterns use before they exist. A misspelt one would never be found."""
        return self._named | (set(names) - set(self.names))

    def find(self, reading: Reading) -> Found:
        found = Found(reading, {})
        begun: dict[int, list[Pattern]] = {}
        for word in found.by_word:
            for number, pattern in self._by_word.get(word, ()):
                begun.setdefault(number, []).append(pattern)
        there = {GAP, *found.by_word}
        for number, name in enumerate(self.names):
            for pattern in (*begun.get(number, ()), *self._others[number]):
                if there.issuperset(pattern):
                    for start, end in found.find(pattern):
                        found.spans.setdefault(name, {}).setdefault(start, set()).add(end)
            if name in found.spans:
                there.add(f"{{{name}}}")
        return found


def _alternatives(part: str) -> list[Pattern]:
    """What one written part stands for; of scripts without spaces, its letters in a row."""
    if part.endswith("?"):
        return [*_alternatives(part[:-1]), ()]
    if part == GAP or _is_group(part):
        return [(part,)]
    letters = plain(part).lower()
    if IDEOGRAPHS.search(letters):
        return [tuple(letters)]
    return [(letters,)]


def _is_group(part: str) -> bool:
    return part.startswith("{")
