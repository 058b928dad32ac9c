"""Values as languages write them."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple


class Grammar(NamedTuple):
    braces: tuple[str, str]
    arrow: str
    words: tuple[str, str, str]  # for true, false and nothing
    quote: Callable[[str], str]


def double(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def single(text: str) -> str:
    """Where double quotes would put variables in."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def shell(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


PYTHON = Grammar(("{", "}"), ": ", ("True", "False", "None"), double)
JAVASCRIPT = Grammar(("{ ", " }"), ": ", ("true", "false", "null"), double)
PHP = Grammar(("[", "]"), " => ", ("true", "false", "null"), single)
RUBY = Grammar(("{ ", " }"), " => ", ("true", "false", "nil"), single)


def literal(value: Any, grammar: Grammar) -> str:
    match value:
        case dict() if not value:
            return "".join(grammar.braces).replace("  ", "")
        case dict():
            name = (lambda text: text) if grammar is JAVASCRIPT else grammar.quote
            pairs = ", ".join(f"{name(key)}{grammar.arrow}{literal(part, grammar)}" for key, part in value.items())
            return pairs.join(grammar.braces)
        case list():
            return "[" + ", ".join(literal(part, grammar) for part in value) + "]"
        case str():
            return grammar.quote(value)
        case bool() | None:
            return grammar.words[{True: 0, False: 1, None: 2}[value]]
    return str(value)
