"""The policy as data, and what it says of a prompt."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from app.moderation.letters import DATA
from app.moderation.patterns import Found, Groups
from app.moderation.reader import read
from app.moderation.text import APOSTROPHES, plain
from app.moderation.vocabulary import Vocabulary

FILES = ("shared", "sexual", "violence", "hate", "illegal", "people", "offices", "characters", "creatures", "marks")
"""Of what weighs most to what weighs least: the first that finds something names the category."""

HARMLESS = "harmless"
KINDS_OF_WORDS = ("short_words", "ordinary", "backwards")


@dataclass(frozen=True)
class Verdict:
    """Why a prompt is refused. `sentence` says it to a person, and `suggestion` what to do instead."""

    category: str
    title: str
    sentence: str
    suggestion: str


@dataclass(frozen=True)
class Rule:
    """Refuses where `finds` is found, all of `beside` too, and none of `unless`: names of groups."""

    category: str
    finds: str
    beside: tuple[str, ...]
    unless: tuple[str, ...]

    def breaks(self, found: Found, everything: Found) -> bool:
        if self.finds not in found.spans or not everything.spans.keys() >= set(self.beside):
            return False
        return everything.spans.keys().isdisjoint(self.unless)


class Policy:
    """Compiled once, from all files of data."""

    def __init__(self, files: list[dict[str, Any]], about: Mapping[str, Any]) -> None:
        self.groups = Groups()
        self.rules: list[Rule] = []
        for data in files:
            for name, lines in data.get("groups", {}).items():
                self.groups.add(name, lines)
            for rule in data.get("rules", []):
                self._add_rule(rule)
        meant = self.groups.words()
        self.groups.add(HARMLESS, [line for data in files for line in data.get(HARMLESS, [])])
        if unknown := self.groups.unknown(name for rule in self.rules for name in (*rule.beside, *rule.unless)):
            raise ValueError(f"no such groups: {', '.join(sorted(unknown))}")
        others = {name: about[name].split() for name in KINDS_OF_WORDS}
        self.vocabulary = Vocabulary(self.groups.words(), {**others, "parts": meant})

    def broken(self, prompt: str) -> str | None:
        """The category of the first rule that a prompt breaks."""
        found, everything = self.find(prompt)
        return next((rule.category for rule in self.rules if rule.breaks(found, everything)), None)

    def find(self, prompt: str) -> tuple[Found, Found]:
        """What there is in a prompt besides what is harmless in it, and all there is."""
        reading = read(self.vocabulary, APOSTROPHES.sub("", plain(prompt)))
        everything = self.groups.find(reading)
        harmless = everything.spans.get(HARMLESS)
        if not harmless:
            return everything, everything
        spans = [(start, end) for start, ends in harmless.items() for end in ends]
        return self.groups.find(reading.without(spans)), everything

    def _add_rule(self, rule: Mapping[str, Any]) -> None:
        finds = f"rule {len(self.rules) + 1}"
        self.groups.add(finds, rule["finds"])
        beside, unless = tuple(rule.get("beside", ())), tuple(rule.get("unless", ()))
        self.rules.append(Rule(rule["category"], finds, beside, unless))


def check(prompt: str) -> Verdict | None:
    """What the policy has against a prompt, or None. Takes about a millisecond."""
    category = _policy().broken(prompt)
    return verdict_in(category) if category else None


def verdict_in(category: str) -> Verdict:
    """The words for a refusal in a category."""
    words = _about()["categories"][category]
    return Verdict(category, words["title"], words["sentence"], words["suggestion"])


def categories() -> tuple[str, ...]:
    """What a prompt may be refused for."""
    return tuple(_about()["categories"])


@lru_cache(maxsize=1)
def _policy() -> Policy:
    return Policy([_read(name) for name in FILES], _about())


@lru_cache(maxsize=1)
def _about() -> dict[str, Any]:
    return _read("about")


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / f"{name}.toml").read_text())
