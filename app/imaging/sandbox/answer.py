"""What a child may say: a header in JSON, then raw bytes. What it opened may speak through it: nothing is trusted."""

import json
from collections.abc import Iterator
from typing import Any, BinaryIO, NoReturn

from app.imaging.made import Encoded, Made
from app.refusals import Refusal

LARGEST = 512 * 1024 * 1024  # bytes of any file a child writes, its answer among them
LONGEST_HEADER = 4 * 1024 * 1024
LENGTH = 8  # bytes that tell the length of the header


class ChildError(RuntimeError):
    """The fault lies with us: work raised what it should not, with its traceback as text, or its process was lost."""


def write(file: BinaryIO, outcome: Made | Refusal | str) -> None:
    """A text is the traceback of a fault."""
    blobs: list[bytes] = []
    header = json.dumps(_described(outcome, blobs), allow_nan=False).encode()
    file.writelines((len(header).to_bytes(LENGTH, "big"), header, *blobs))
    file.flush()


def read(file: BinaryIO, size: int) -> Made:
    """Of an answer of so many bytes. Raises Refusal where that is the answer, or ChildError."""
    try:
        said = _header(file, size)
        if "made" in said:
            return _made(said["made"], file, size)
        refusal = _refusal(said["refused"]) if "refused" in said else None
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        raise ChildError("the answer of a child makes no sense") from error
    raise refusal or ChildError(str(said.get("fault"))[:20_000])


def _described(outcome: Made | Refusal | str, blobs: list[bytes]) -> dict[str, Any]:
    if isinstance(outcome, str):
        return {"fault": outcome}
    if isinstance(outcome, Refusal):
        return {"refused": [outcome.code, outcome.message, outcome.facts]}

    def noted(encoded: Encoded) -> list[str | int]:
        blobs.append(encoded.data)
        return [len(encoded.data), *encoded[1:]]

    files = [noted(encoded) for encoded in outcome.files]
    return {"made": [files, {name: noted(encoded) for name, encoded in outcome.sides.items()}, dict(outcome.facts)]}


def _header(file: BinaryIO, size: int) -> dict[str, Any]:
    length = int.from_bytes(file.read(LENGTH), "big")
    if not 0 < length <= min(LONGEST_HEADER, size - LENGTH):
        raise ValueError("no header")
    said = json.loads(file.read(length), parse_constant=_no_number)
    return said if isinstance(said, dict) else {}


def _made(said: Any, file: BinaryIO, size: int) -> Made:
    """Read in the order of writing: files, then sides."""
    files, sides, facts = said
    if sum(int(note[0]) for note in (*files, *sides.values())) != size - file.tell():
        raise ValueError("other lengths than told")
    made = Made(
        [_encoded(note, file) for note in files],
        {_text(name): _encoded(note, file) for name, note in sides.items()},
        facts,
    )
    if not isinstance(facts, dict) or not all(_is_fact(fact) for value in facts.values() for fact in _leaves(value)):
        raise TypeError("facts of another shape")
    return made


def _encoded(note: Any, file: BinaryIO) -> Encoded:
    length, type_, extension, width, height = note
    if not all(isinstance(number, int) and number >= 0 for number in (length, width, height)):
        raise TypeError("no numbers")
    return Encoded(file.read(length), _text(type_), _text(extension), width, height)


def _refusal(said: Any) -> Refusal:
    code, message, facts = said
    if not all(_is_fact(fact) for fact in facts.values()):
        raise TypeError("facts of another shape")
    return Refusal(_text(code), _text(message), **facts)


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value
    else:
        yield value


def _is_fact(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float | bool)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")
