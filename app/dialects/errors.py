"""How the key dialect says no: `{"error": "…"}`. Its bodies are whole, nothing is added."""

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.refusals import Refusal
from app.web.dialects import Said

TRY_AGAIN = "Please try again"


class KeyDialectError(BaseModel):
    """What the key dialect says when it refuses."""

    model_config = ConfigDict(extra="forbid")

    error: str = Field(description="What is wrong; of a field, its name stands in it.")
    message: str = Field("", description="What to do; with 402, 429 and 503.")
    credits: int | None = Field(None, description="The balance; with 402.")


def say_to_key(refusal: Refusal, status: int) -> Said:
    """In the words that clients of this dialect know."""
    say = BODIES.get(refusal.code) or BODIES_BY_STATUS.get(status) or _plain
    return Said(say(refusal), STATUSES.get(refusal.code, status))


def say_at_entrance(refusal: Refusal, status: int) -> Said:
    """The same where people sign in, who bring a password and no key."""
    return Said(_plain(refusal), status) if refusal.code == "invalid_credentials" else say_to_key(refusal, status)


def _plain(refusal: Refusal) -> dict[str, Any]:
    return {"error": _sentence(refusal.message)}


def _wrong_field(refusal: Refusal) -> dict[str, Any]:
    """With the field's name, if the message does not say it."""
    name, said = str(refusal.facts.get("field", "")), _sentence(refusal.message)
    return {"error": said if name.lower() in said.lower() else f"{name}: {said}"}


def _no_credits(refusal: Refusal) -> dict[str, Any]:
    return {
        "error": "Insufficient credits",
        "credits": refusal.facts.get("credits"),
        "message": "Please purchase more credits to continue",
    }


def _cap_reached(refusal: Refusal) -> dict[str, Any]:
    return {
        "error": "Spending cap reached",
        "credits": refusal.facts.get("credits"),
        "message": _sentence(refusal.message),
    }


def _sentence(message: str) -> str:
    """Errors of this dialect end without a full stop."""
    return message.removesuffix(".")


BODIES: dict[str, Callable[[Refusal], dict[str, Any]]] = {
    "invalid": _wrong_field,
    "login_required": lambda _: {"error": "Authentication required"},
    "invalid_credentials": lambda _: {"error": "Invalid API key"},
    "out_of_credits": _no_credits,
    "spending_cap": _cap_reached,
    "rate_limited": lambda _: {"error": "Rate limit exceeded", "message": "Please try again later"},
}
STATUSES = {"withheld": 400}  # as everything here that may not be painted
BODIES_BY_STATUS: dict[int, Callable[[Refusal], dict[str, Any]]] = {
    503: lambda refusal: {**_plain(refusal), "message": TRY_AGAIN},
}
