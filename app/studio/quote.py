"""What a run would cost, told without starting it."""

from typing import Any

from app.refusals import Refusal
from app.studio.visit import standing

YES, NO = ("1", "true"), ("", "0", "false")


def is_dry(given: dict[str, Any]) -> bool:
    """Whether the fields of a request ask for the price alone."""
    asked = str(given.get("dry_run", "")).lower()
    if asked not in YES + NO:
        raise Refusal("invalid", "dry_run is 1 or 0.", field="dry_run")
    return asked in YES


def quote(price: int) -> dict[str, Any]:
    """The answer to a dry run: nothing is started, nothing charged."""
    balance = standing().credits
    covered = balance is not None and balance >= price
    return {"ok": True, "dry_run": True, "credit_cost": price, "credits": balance, "covered": covered}
