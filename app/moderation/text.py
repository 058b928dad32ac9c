"""A prompt as plain characters: without disguise of case, accents, widths and what nobody sees."""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from app.moderation.letters import SPELLED_OUT

# Marks that decorate Latin, Greek, Cyrillic, Hebrew and Arabic letters. Those that spell Indian and Japanese ones stay.
MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe2f]"
)
BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800\u180e\u034f")  # letters by their class, and yet invisible
IDEOGRAPHS = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]")

APOSTROPHES = re.compile(r"'s\b|(?<=n)'(?=t\b)", re.IGNORECASE)  # Ann's, don't


class Word(NamedTuple):
    """Letters and digits in a row, or one letter of a script that writes no spaces."""

    start: int
    end: int


def plain(text: str) -> str:
    """The text without decoration and invisible characters, its case kept."""
    text = unicodedata.normalize("NFKD", text.translate(SPELLED_OUT))
    seen = "".join(char for char in text if not _unseen(char))
    return unicodedata.normalize("NFC", MARKS.sub("", seen)).translate(SPELLED_OUT)


def essence(text: str) -> str:
    """What two spellings of the same prompt share: words in lower case, one space between them."""
    found = plain(text)
    return " ".join(found[word.start : word.end] for word in words(found)).lower()


def words(text: str) -> list[Word]:
    """Of a plain text, in order."""
    found: list[Word] = []
    start: int | None = None
    for place, char in enumerate(text):
        kind = kind_of(char)
        if start is not None and kind != "letter":
            found.append(Word(start, place))
            start = None
        if kind == "ideograph":
            found.append(Word(place, place + 1))
        elif kind == "letter" and start is None:
            start = place
    if start is not None:
        found.append(Word(start, len(text)))
    return found


def humps(text: str, word: Word) -> list[int]:
    """Where a word written LikeThis begins anew."""
    inside = text[word.start : word.end]
    return [word.start + place + 1 for place, (a, b) in enumerate(pairwise(inside)) if a.islower() and b.isupper()]


@lru_cache(maxsize=4096)
def kind_of(char: str) -> str:
    """`letter` (or digit), `ideograph`, `space` or `sign`."""
    if IDEOGRAPHS.match(char):
        return "ideograph"
    if unicodedata.category(char)[0] in "LMN":
        return "letter"
    return "space" if char.isspace() else "sign"


@lru_cache(maxsize=4096)
def _unseen(char: str) -> bool:
    return char in BLANK or (unicodedata.category(char) in ("Cf", "Cc", "Cn", "Co") and not char.isspace())
