"""What a prompt asks of a marked part of a picture: to take something away, or to put something there."""

import re
from dataclasses import dataclass

AWAY = re.compile(
    r"^\W*(?:please\s+)?(?:remove|erase|delete|clear|hide|take (?:away|out)|get rid of|clean up|nothing|no|without)\b",
    re.IGNORECASE,
)
INTO = re.compile(
    r"^\W*(?:please\s+)?(?:(?:replace|swap|change|turn|transform)\b.*?\b(?:with|by|for|into|to)\b"
    r"|(?:add|put|place|insert|paint|draw|make(?: it)?|show|fill (?:it )?with)\b)\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Wish:
    """`thing` is what shall be there; empty when the part shall only be filled from what is around it."""

    thing: str


def wish(prompt: str) -> Wish:
    """ "remove the dog" wishes for nothing, "replace the cat with a fox" for "a fox"."""
    if AWAY.match(prompt):
        return Wish("")
    return Wish(INTO.sub("", prompt, count=1).strip())
