"""The words that name drawings: Fluent Emoji names first, our synonyms over them, Unicode keywords last."""

import tomllib
from functools import cache
from pathlib import Path

from app.engines.illustrator.art import DEFAULT, Art

DATA = Path(__file__).parent / "data"
DRAWN = ("animal", "plant", "food", "drink", "place-building", "place-religious", "place-other", "transport-ground",
         "transport-water", "transport-air", "sport", "game", "arts", "clothing", "music", "phone", "computer",
         "light", "book", "household", "tool", "science", "office", "writing", "money", "mail", "event", "award",
         "person", "family", "medical", "other-object", "sky", "body", "dishware", "hotel", "time", "lock")  # fmt: skip


class Words:
    """Phrase (lower case, singular) to drawing, and drawing to kind."""

    def __init__(self, art: Art) -> None:
        self.kind = art.kinds()
        self.drawing: dict[str, str] = {}
        for _word, name, emoji, kind in art.keywords():
            self.drawing[emoji] = name
            if kind.startswith(DRAWN):
                self.drawing.setdefault(name.replace("-", " "), name)
        synonyms = tomllib.loads((DATA / "synonyms.toml").read_text())
        for name, phrases in synonyms["drawings"].items():
            self.drawing.update(dict.fromkeys(phrases, name))
        for phrase in synonyms["never"]["words"]:
            self.drawing.pop(phrase, None)


@cache
def default() -> Words | None:
    """The words of the default art index; None where it has not been built."""
    return Words(Art(DEFAULT)) if DEFAULT.is_file() else None
