"""Labelled prompts. `tuning` and `first_count` have been learned from, `held_out` has not."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
SETS = ("tuning", "first_count", "held_out")


class Labelled(NamedTuple):
    prompt: str
    category: str | None
    disguised: bool = False


def labelled(name: str) -> list[Labelled]:
    return list(_read(name))


def _read(name: str) -> Iterator[Labelled]:
    data = tomllib.loads((HERE / f"{name}.toml").read_text())
    for kind in ("plain", "disguised"):
        for category, prompts in data[kind].items():
            yield from (Labelled(prompt, category, kind == "disguised") for prompt in prompts)
    yield from (Labelled(prompt, None) for prompt in data["harmless"]["prompts"])
