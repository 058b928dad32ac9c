"""Stripe's way of writing nested parameters into a form: `items[0][price]=price_1&expand[]=customer`."""

import re
from typing import Any
from urllib.parse import parse_qsl

_PARTS = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")


def decode(text: str) -> dict[str, Any]:
    """The parameters as nested dicts and lists of text. Raises ValueError where brackets do not match."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        _put(found, _path(name), value)
    return {name: _lists(value) for name, value in found.items()}


def _path(name: str) -> list[str]:
    match = _PARTS.match(name)
    if match is None:
        raise ValueError(f"cannot read the parameter {name!r}")
    return [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])]


def _put(into: dict[str, Any], path: list[str], value: str) -> None:
    for part in path[:-1]:
        into = into.setdefault(part or str(len(into)), {})
        if not isinstance(into, dict):
            raise ValueError(f"{part!r} is given twice, in two ways")  # noqa: TRY004 a form has no types
    into[path[-1] or str(len(into))] = value


def _lists(value: Any) -> Any:
    """A dict whose keys count from 0 was a list."""
    if not isinstance(value, dict):
        return value
    if all(part.isdigit() for part in value):
        return [_lists(value[part]) for part in sorted(value, key=int)]
    return {name: _lists(inner) for name, inner in value.items()}
