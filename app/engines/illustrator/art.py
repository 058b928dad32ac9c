"""The art index: one SQLite file with every drawing, made once at set-up from what npm installed.

Drawings are Fluent Emoji (MIT); the words that find them are their names and the Unicode CLDR keywords.
"""

import json
import re
import sqlite3
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.engines.illustrator.data import FOLDER, table
from app.engines.illustrator.plurals import irregulars
from app.refusals import Refusal

DEFAULT = Path("build/art.sqlite")
TONE = re.compile(r"-(light|medium|dark|medium-light|medium-dark)(-|$)")

SCHEMA = """
CREATE TABLE drawing (name TEXT PRIMARY KEY, kind TEXT NOT NULL, svg BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE keyword (word TEXT NOT NULL, name TEXT NOT NULL, emoji TEXT NOT NULL, kind TEXT NOT NULL);
CREATE TABLE plural (many TEXT PRIMARY KEY, one TEXT NOT NULL) WITHOUT ROWID;
"""


def build(node_modules: Path, target: Path) -> None:
    """Write the index to `target`, whole or not at all.

    Raises FileNotFoundError when the npm packages are not installed.
    """
    icons = json.loads((node_modules / "@iconify-json/fluent-emoji/icons.json").read_text())["icons"]
    facts = _facts(node_modules / "emojibase-data")
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".part")
    draft.unlink(missing_ok=True)
    with sqlite3.connect(draft) as db:
        db.executescript(SCHEMA)
        db.executemany("INSERT INTO drawing VALUES (?, ?, ?)", _drawings(icons, facts))
        db.executemany("INSERT INTO keyword VALUES (?, ?, ?, ?)", _keywords(icons, facts))
        db.executemany("INSERT INTO plural VALUES (?, ?)", irregulars(_vocabulary(icons, facts)).items())
    db.close()
    draft.replace(target)


class Art:
    """The index opened read-only. Raises Refusal("engine_unavailable") when it is missing or broken."""

    def __init__(self, path: Path) -> None:
        try:
            self._db = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True, check_same_thread=False)
            self._db.execute("SELECT one FROM plural LIMIT 1").fetchone()[0]
        except (sqlite3.Error, TypeError) as error:
            raise Refusal("engine_unavailable", f"The art index {path} cannot be read: run `make setup`.") from error

    def svg(self, name: str) -> str:
        """The drawing as SVG text, 32 units square."""
        row = self._db.execute("SELECT svg FROM drawing WHERE name = ?", (name,)).fetchone()
        if row is None:
            raise Refusal("engine_unavailable", f"The art index lacks {name!r}: run `make setup`.")
        return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">{zlib.decompress(row[0]).decode()}</svg>'

    def kinds(self) -> dict[str, str]:
        """Drawing name to its Unicode subgroup, such as "animal-mammal"."""
        return dict(self._db.execute("SELECT name, kind FROM drawing"))

    def plurals(self) -> dict[str, str]:
        """Irregular plurals to their singular."""
        return dict(self._db.execute("SELECT many, one FROM plural"))

    def keywords(self) -> list[tuple[str, str, str, str]]:
        """(keyword, drawing, emoji character, kind), in Unicode order."""
        return list(self._db.execute("SELECT word, name, emoji, kind FROM keyword ORDER BY rowid"))


def _facts(folder: Path) -> dict[str, dict[str, Any]]:
    groups = json.loads((folder / "meta/groups.json").read_text())["subgroups"]
    facts = {}
    for entry in json.loads((folder / "en/data.json").read_text()):
        kind = groups.get(str(entry.get("subgroup")), "other")
        facts[_slug(entry["label"])] = {"kind": kind, "tags": entry.get("tags", []), "emoji": entry["emoji"]}
    return facts


def _drawings(icons: dict[str, Any], facts: dict[str, dict[str, Any]]) -> Iterator[tuple[str, str, bytes]]:
    for name in _plain(icons):
        kind = facts.get(name, {}).get("kind", "other")
        yield name, kind, zlib.compress(icons[name]["body"].encode(), 9)
    for path in sorted((FOLDER / "drawings").glob("*.svg")):  # our own, for what the set lacks
        yield path.stem, "other", zlib.compress(path.read_bytes(), 9)


def _keywords(icons: dict[str, Any], facts: dict[str, dict[str, Any]]) -> Iterator[tuple[str, str, str, str]]:
    for name in (label for label in facts if label in icons and not TONE.search(label)):
        fact = facts[name]
        for tag in fact["tags"] or [name.replace("-", " ")]:
            yield tag.lower(), name, fact["emoji"], fact["kind"]


def _vocabulary(icons: dict[str, Any], facts: dict[str, dict[str, Any]]) -> Iterator[str]:
    """Every word whose plural someone may write: the drawings' names and keywords, our synonyms and settings."""
    for tag, name, _, _ in _keywords(icons, facts):
        yield from (tag, name.replace("-", " "))
    for words in (table("synonyms")["drawings"], table("settings"), table("moods")["weather"]):
        for phrases in words.values():
            yield from phrases


def _plain(icons: dict[str, Any]) -> Iterator[str]:
    return (name for name in sorted(icons) if not TONE.search(name))


def _slug(label: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"['’.]", "", label.lower())).strip("-")


if __name__ == "__main__":
    build(Path("node_modules"), Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
