"""How errors are said in the API: each dialect in its own shape, told apart by the address."""

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import Flask, current_app, request

from app.refusals import Refusal


class Said(NamedTuple):
    """An error as a dialect says it."""

    body: dict[str, Any]
    status: int


Say = Callable[[Refusal, int], Said]
"""From a refusal and its HTTP status."""


def init_app(app: Flask) -> None:
    app.extensions["dialects"] = {"/": _session_dialect}


def speak(app: Flask, prefix: str, say: Say) -> None:
    """From now on errors at addresses that begin so are said this way. The longest prefix counts."""
    app.extensions["dialects"][prefix] = say


def said(refusal: Refusal, status: int) -> Said:
    dialects: dict[str, Say] = current_app.extensions["dialects"]
    longest = max((prefix for prefix in dialects if request.path.startswith(prefix)), key=len)
    return dialects[longest](refusal, status)


def _session_dialect(refusal: Refusal, status: int) -> Said:
    return Said({"ok": False, "error": {"code": refusal.code, "message": refusal.message, **refusal.facts}}, status)
