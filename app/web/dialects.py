"""How errors are said in the API: each dialect in its own shape, told apart by the address."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from flask import Flask, current_app, request
from pydantic import BaseModel, ConfigDict, Field

from app.refusals import STATUS, Refusal


class Said(NamedTuple):
    """An error as a dialect says it."""

    body: dict[str, Any]
    status: int
    headers: Mapping[str, str] = MappingProxyType({})


Say = Callable[[Refusal, int], Said]
"""From a refusal and its HTTP status."""


class AnyError(BaseModel):
    """An error of a dialect that does not tell its shape."""


class Dialect(NamedTuple):
    name: str
    say: Say
    shape: type[BaseModel]  # of every body that it says, for the description of the API


class Problem(BaseModel):
    """Further facts may stand beside these."""

    model_config = ConfigDict(extra="allow")

    code: str = Field(description="Stable; a program decides by it.", json_schema_extra={"enum": list(STATUS)})
    message: str = Field(description="For people: what happened, and what to do.")
    field: str = Field("", description="The field that is wrong.")
    credits: int | None = Field(None, description="The balance.")
    credit_cost: int = Field(0, description="What it would cost.")
    retry_after: int = Field(0, description="Seconds.")
    max_bytes: int = Field(0, description="The most that fits.")
    job_id: str = Field("", description="The job that went wrong.")
    category: str = Field("", description="Of the content policy, what the prompt asks for.")
    suggestion: str = Field("", description="What to ask for instead.")
    contest: str = Field("", description="The note to send to `POST /api/contests` where the refusal is a mistake.")


class Error(BaseModel):
    """What the session dialect says when it refuses."""

    model_config = ConfigDict(extra="forbid")

    ok: Literal[False]
    error: Problem


def init_app(app: Flask) -> None:
    app.extensions["dialects"] = {"/": Dialect("session", _session_dialect, Error)}


def speak(app: Flask, prefix: str, say: Say, shape: type[BaseModel] = AnyError) -> None:
    """From now on errors at addresses that begin so are said this way. The longest prefix counts."""
    app.extensions["dialects"][prefix] = Dialect(prefix.strip("/").replace("/", "."), say, shape)


def of(path: str) -> Dialect:
    dialects: dict[str, Dialect] = current_app.extensions["dialects"]
    return dialects[max((prefix for prefix in dialects if path.startswith(prefix)), key=len)]


def said(refusal: Refusal, status: int) -> Said:
    return of(request.path).say(refusal, status)


def _session_dialect(refusal: Refusal, status: int) -> Said:
    return Said({"ok": False, "error": {"code": refusal.code, "message": refusal.message, **refusal.facts}}, status)
