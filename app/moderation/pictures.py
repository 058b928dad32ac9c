"""What is painted is looked at, too, where somebody can: the engine, by a checker of its own or its endpoint's verdict.

The engine marks what must not be seen; nobody else ever gets to see it, and it is never charged.
"""

from collections.abc import Sequence
from typing import Protocol

from app.refusals import Refusal


class Judged(Protocol):
    """A picture that an engine has looked at; `withheld` is a category, or empty."""

    @property
    def withheld(self) -> str: ...


def refuse_withheld(pictures: Sequence[Judged]) -> None:
    """Refuses with `withheld` if one of them must not be seen."""
    category = next((picture.withheld for picture in pictures if picture.withheld), "")
    if category:
        raise withheld(category)


def withheld(category: str) -> Refusal:
    message = "What was painted is not shown, because a checker holds it to be against the rules of this site."
    return Refusal("withheld", f"{message} Nothing was charged. Other words may help.", category=category)
