"""How to ask an endpoint: what is known of its model (manners.toml), and what it has refused before."""

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Self

from app.engines.openai.complaints import Complaint
from app.engines.openai.sizes import PIXELS, Size

DATA = Path(__file__).with_name("manners.toml")
DISPENSABLE = (
    *("response_format", "seed", "negative_prompt", "input_fidelity", "quality", "size", "n"),
    *("partial_images", "stream"),
)
SIZE = re.compile(r"\b[1-9]\d{1,3}x[1-9]\d{1,3}\b")


@dataclass(frozen=True)
class Manners:
    """`refused` parameters are not sent. Of a model that knows but a few `sizes`, one of them is asked for."""

    refused: frozenset[str] = frozenset()
    sizes: tuple[Size, ...] = ()
    pixels: tuple[int, int] = PIXELS
    quality: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, model: str) -> Self:
        """By the model's name; a gateway's prefix, as in openai/gpt-image-2, does not count."""
        name = model.rsplit("/", 1)[-1]
        known = next(each for each in _known() if name.startswith(tuple(each["begins"])))
        return cls(
            frozenset(known.get("refuses", ())),
            tuple(_size(size) for size in known.get("sizes", ())),
            tuple(known.get("pixels", PIXELS)),
            known.get("quality", {}),
        )

    @property
    def lasting(self) -> bool:
        """Whether to ask so from now on: one size that is refused, without several to choose from, may be too large."""
        return self.takes("size") and len(self.sizes) != 1

    def takes(self, name: str) -> bool:
        return name not in self.refused

    def after(self, complaint: Complaint, sent: Mapping[str, object]) -> Self | None:
        """What to do better after this complaint; None where nothing can be left out or said otherwise."""
        name = _blamed(complaint, [name for name in DISPENSABLE if name in sent])
        if name is None:
            return None
        if name == "size" and not self.sizes:
            named = tuple(_size(size) for size in SIZE.findall(complaint.message) if size != sent["size"])
            if named:
                return replace(self, sizes=named)
        return replace(self, refused=self.refused | {name})


def _size(text: str) -> Size:
    width, _, height = text.partition("x")
    return int(width), int(height)


def _blamed(complaint: Complaint, candidates: Collection[str]) -> str | None:
    """The parameter that a complaint is about: the one it names, else one that its words name."""
    if complaint.param:
        name = complaint.param.rsplit(".", 1)[-1]
        return name if name in candidates else None
    return next((name for name in candidates if _names(complaint.message, name)), None)


def _names(words: str, name: str) -> bool:
    """A name of one letter counts in quotation marks only."""
    pattern = rf"\b{name}\b" if len(name) > 1 else rf"['\"`“]{name}['\"`”]"
    return re.search(pattern, words) is not None


@cache
def _known() -> list[dict[str, Any]]:
    return list(tomllib.loads(DATA.read_text())["model"])
