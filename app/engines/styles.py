"""The styles as words, for models that know no other way: styles.toml."""

import tomllib
from functools import cache
from pathlib import Path

DATA = Path(__file__).with_name("styles.toml")


def worded(prompt: str, style: str | None) -> tuple[str, str]:
    """The prompt in a style's words, and what such a picture should not show.

    Without a style, or with one that nobody knows, the words are as they came. An empty prompt leaves the style alone.
    """
    words = _table().get(style or "", {})
    parts = (words.get("prefix", ""), prompt.strip(), words.get("suffix", ""))
    return ", ".join(part for part in parts if part), words.get("negative", "")


@cache
def _table() -> dict[str, dict[str, str]]:
    return tomllib.loads(DATA.read_text())
