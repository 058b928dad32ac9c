"""The words to be found, as a trie, and what they become when somebody misspells them by a letter."""

from collections.abc import Iterable, Mapping

BEGINNING = "*"  # at the end of a word: whatever goes on from it counts too
SHORTEST_MISSPELT = 8  # letters of a word that says enough by itself
SHORTEST_PART_MISSPELT = 7  # letters of one that others must stand beside, such as a surname
LONGEST_MISSPELT = 20

Edges = dict[int, set[tuple[str, int]]]
"""By a place in a text: the words that begin there, each with the place where the next one begins."""


class Node:
    __slots__ = ("beginning", "next", "word")

    def __init__(self) -> None:
        self.next: dict[str, Node] = {}
        self.word: str | None = None
        self.beginning: str | None = None


class Vocabulary:
    """Words to be found. One that ends in * is found in every word that begins so."""

    def __init__(self, entries: Mapping[str, bool], others: Mapping[str, Iterable[str]]) -> None:
        """`entries` tell of each word whether it ever stands alone, `others` are lists of data/about.toml and
        `parts`, the words that others are written together with."""
        self.root = Node()
        self.common = frozenset(others["short_words"])
        self.ordinary = frozenset(others["ordinary"])
        self.parts = frozenset(others["parts"])
        self._maimed: dict[str, str] = {}  # long words less one letter
        self.remembered: dict[str, Edges] = {}  # what single words read as: most prompts are made of the same
        for entry, alone in entries.items():
            self._add(entry.removesuffix(BEGINNING), entry)
            if len(entry) >= (SHORTEST_MISSPELT if alone else SHORTEST_PART_MISSPELT) and not entry.endswith(BEGINNING):
                self._maimed |= dict.fromkeys(_less_one(entry), entry)
        for entry in others["backwards"]:
            self._add(entry[::-1], entry)

    def misspelt(self, word: str) -> str | None:
        """The long word that this one is but for one letter: too many, too few, wrong, or in its neighbour's place."""
        if word in self.ordinary or len(word) < SHORTEST_PART_MISSPELT - 1 or len(word) > LONGEST_MISSPELT:
            return None
        meant = self._maimed.get(word) or next(filter(None, map(self._maimed.get, _less_one(word))), None)
        return meant if meant != f"{word}s" else None

    def _add(self, spelling: str, entry: str) -> None:
        node = self.root
        for letter in spelling:
            node = node.next.setdefault(letter, Node())
        if entry.endswith(BEGINNING):
            node.beginning = entry
        else:
            node.word = entry


def _less_one(word: str) -> list[str]:
    """The word without each of its letters but the first two, which are rarely wrong."""
    return [word[:place] + word[place + 1 :] for place in range(2, len(word))]
