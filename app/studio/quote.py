"""What something would cost, without doing it."""

from typing import Any

from app.studio.visit import standing


def quote(price: int) -> dict[str, Any]:
    """The answer to a dry run: nothing is started, nothing charged."""
    balance = standing().credits
    covered = balance is not None and balance >= price
    return {"ok": True, "dry_run": True, "credit_cost": price, "credits": balance, "covered": covered}
