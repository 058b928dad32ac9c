"""Reading a prompt: which things, how many, where, when, in what style. Pure: words in, a Scene out."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import inflect

from app.engines.illustrator import words as vocabulary
from app.engines.illustrator.light import swatch
from app.engines.illustrator.scene import Scene, Subject
from app.engines.illustrator.words import Words

DATA = Path(__file__).parent / "data"
LONGEST = 4  # words in a phrase
NUMBERS = {"a": 1, "an": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "pair": 2, "several": 4, "many": 6}


def read(prompt: str, negative: str = "", words: Words | None = None) -> Scene:
    """What the prompt asks for. `words` default to the built art index; without one no drawing is found."""
    tokens = re.findall(r"[\w'-]+|[^\w\s]", prompt.lower())
    unwanted = set(re.findall(r"[\w'-]+", negative.lower()))
    subjects = _subjects(tokens, words or vocabulary.default(), unwanted)
    found = {kind: _first(tokens, kind, unwanted) for kind in ("time", "weather", "season", "style")}
    setting = _setting(tokens, unwanted)
    time, weather = found["time"] or "day", found["weather"] or "clear"
    return Scene(
        setting=setting or ("park" if subjects else "mountains"), named=setting is not None, subjects=subjects,
        time=time, weather=weather, season=found["season"], mood=None, framing=None,
        style=found["style"] or "illustration", colours=(), lettering=None, palette=swatch(time, weather, ()),
    )  # fmt: skip


def _subjects(tokens: list[str], words: Words | None, unwanted: set[str]) -> tuple[Subject, ...]:
    subjects: list[Subject] = []
    at = 0
    while words and at < len(tokens) and len(subjects) < 6:
        size, name, many = _match(tokens[at:], words)
        phrase = " ".join(tokens[at : at + size])
        if name and phrase not in unwanted and name not in {s.art for s in subjects}:
            count = next((NUMBERS[t] for t in reversed(tokens[max(at - 2, 0) : at]) if t in NUMBERS), 3 if many else 1)
            subjects.append(Subject(name, phrase, count))
        at += size
    return tuple(subjects)


def _match(tokens: list[str], words: Words) -> tuple[int, str | None, bool]:
    for size in range(min(LONGEST, len(tokens)), 0, -1):
        phrase = " ".join(tokens[:size])
        if phrase in words.drawing:
            return size, words.drawing[phrase], False
        single = singular(phrase)
        if single in words.drawing:
            return size, words.drawing[single], True
    return 1, None, False


@cache
def _english() -> inflect.engine:
    return inflect.engine()


def singular(phrase: str) -> str:
    """The singular of a plural, or the phrase itself."""
    if not phrase.endswith(("s", "en", "i", "ce", "ae", "ple")) or not phrase.isascii():
        return phrase
    return str(_english().singular_noun(phrase) or phrase)


def _setting(tokens: list[str], unwanted: set[str]) -> str | None:
    return _spot(tokens, _data("settings"), unwanted)


def _first(tokens: list[str], kind: str, unwanted: set[str]) -> str | None:
    return _spot(tokens, _data("moods")[kind], unwanted)


def _spot(tokens: list[str], table: dict[str, list[str]], unwanted: set[str]) -> str | None:
    index = {phrase: name for name, phrases in table.items() for phrase in phrases}
    for size in range(LONGEST, 0, -1):
        for at in range(len(tokens) - size + 1):
            phrase = " ".join(tokens[at : at + size])
            name = index.get(phrase) or index.get(singular(phrase))
            if name and phrase not in unwanted:
                return name
    return None


@cache
def _data(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / f"{name}.toml").read_text())
