"""The words that name drawings: our synonyms first, then the drawings' own names, then the Unicode keywords."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from app.engines.illustrator.art import DEFAULT, Art
from app.engines.illustrator.data import table

SHARED = 2  # a keyword that more drawings than this carry says nothing
ABSTRACT = ("face-a", "face-concerned", "face-g", "face-h", "face-n", "face-s", "face-t", "face-u", "hand",
            "transport-sign", "warning", "arrow", "religion", "zodiac", "av-symbol", "gender", "math", "punctuation",
            "currency", "other-symbol", "keycap", "alphanum", "flag", "country", "subdivision", "emotion", "hotel",
            "time", "person-symbol", "cat-face", "monkey-face")  # fmt: skip


@dataclass(frozen=True)
class Nature:
    """What a drawing is like: its home setting, its pose, its height in metres, its Unicode kind."""

    home: str
    pose: str
    tall: float
    kind: str
    seat: float | None = None  # where one sits on it, as a share of its height, when that is not its top


class Words:
    """`drawing`: phrase (lower case, singular) or emoji to drawing; `keyword`: looser words, where a noun stands."""

    def __init__(self, art: Art) -> None:
        self._kinds = art.kinds()
        self.irregular = art.plurals()
        self.drawing: dict[str, str] = {}
        shared: dict[str, list[str]] = defaultdict(list)
        synonyms, never = table("synonyms")["drawings"], table("synonyms")["never"]
        for word, name, emoji, kind in art.keywords():
            self.drawing[emoji.replace("\ufe0f", "")] = name
            if name in never["drawings"] or kind.startswith(ABSTRACT):
                continue
            self.drawing.setdefault(name.replace("-", " "), name)
            shared[word].append(name)
        self.drawing = {word: name for word, name in self.drawing.items() if word not in never["words"]}
        for name, phrases in synonyms.items():
            self.drawing.update(dict.fromkeys(phrases, name))
        self.keyword = {word: names[0] for word, names in shared.items() if len(names) <= SHARED}

    def nature(self, drawing: str) -> Nature:
        """What the drawing is like, from kinds.toml."""
        kind = self._kinds.get(drawing, "other")
        facts = table("kinds")["kind"].get(kind, table("kinds")["kind"]["other"])
        return Nature(**{**facts, **table("kinds")["drawing"].get(drawing, {})}, kind=kind)


@cache
def default() -> Words | None:
    """The words of the default art index; None where it has not been built."""
    return Words(Art(DEFAULT)) if DEFAULT.is_file() else None
