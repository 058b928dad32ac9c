"""Money that goes back: refunds, and disputes at the bank."""

from typing import Any

from app.till.errors import invalid
from app.till.shapes import returns
from app.till.store import Act, Obj


def refund(act: Act, charge: Obj, cents: int | None, given: dict[str, Any]) -> Obj:
    """All that is left of a charge, or a part of it. Raises TillError where there is not so much."""
    left = charge["amount"] - charge["amount_refunded"]
    if not charge["paid"]:
        raise invalid("This charge has not been paid.", "charge")
    if left == 0:
        raise invalid(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if charge["disputed"]:
        raise invalid(f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed")
    cents = left if cents is None else cents
    if not 0 < cents <= left:
        raise invalid(f"Refund amount ({cents}) is greater than unrefunded amount on charge ({left})", "amount")
    made = act.add(returns.refund(charge, cents, act.now, given))
    charge["amount_refunded"] += cents
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    act.tell("refund.created", made)
    act.tell("charge.refunded", charge)
    return made


def dispute(act: Act, charge: Obj) -> Obj:
    """The bank withholds what is left of a charge."""
    if charge["disputed"] or not charge["paid"]:
        raise invalid("This charge cannot be disputed.", "charge")
    charge["disputed"] = True
    made = act.add(returns.dispute(charge, charge["amount"] - charge["amount_refunded"], act.now))
    act.tell("charge.dispute.created", made)
    act.tell("charge.dispute.funds_withdrawn", made)
    act.tell("charge.updated", charge)
    return made


def close(act: Act, disputed: Obj, *, won: bool) -> None:
    """The bank has decided: the shop gets its money back, or not."""
    if disputed["status"] in ("won", "lost"):
        raise invalid("This dispute is closed.", "dispute")
    disputed["status"] = "won" if won else "lost"
    act.tell("charge.dispute.closed", disputed)
    if won:
        act.tell("charge.dispute.funds_reinstated", disputed)


def charge_of(act: Act, payment_intent: str) -> Obj:
    """The charge that brought the returns."""
    latest = act.get("payment_intent", payment_intent, "payment_intent")["latest_charge"]
    if latest is None:
        raise invalid("This PaymentIntent does not have a successful charge to refund.", "payment_intent")
    return act.get("charge", latest)
