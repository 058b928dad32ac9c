"""What something would cost, without doing it."""

from typing import Any

from app.jobs import choosing, ordering
from app.jobs.inputs import Order
from app.studio.visit import standing
from app.toolkit import Params, Tool

NOTHING = Order()


def quoted(tool: Tool, params: Params, order: Order = NOTHING) -> int:
    """Credits that a run costs whoever asks, with the model that would do it. Refuses a model as `start` would."""
    return ordering.price(tool, params, choosing.choose(tool, params, standing().plan.id), order)


def quote(price: int) -> dict[str, Any]:
    """The answer to a dry run: nothing is started, nothing charged."""
    balance = standing().credits
    covered = balance is not None and balance >= price
    return {"ok": True, "dry_run": True, "credit_cost": price, "credits": balance, "covered": covered}
