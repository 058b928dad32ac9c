"""Taking money: a payment intent, and a charge for each attempt."""

from typing import Any

from app.till import cards
from app.till.shapes import money
from app.till.store import Act, Obj

BANK_DEBIT_TAKES = 2 * 86_400


def method(act: Act, card_id: str, customer: Obj) -> Obj:
    """The customer's card, saved as what they pay with from now on."""
    made = act.add(money.payment_method(cards.CARDS[card_id], customer, act.now))
    act.tell("payment_method.attached", made)
    return made


def intend(act: Act, cents: int, currency: str, customer: str, given: dict[str, Any]) -> Obj:
    intent = act.add(money.payment_intent(cents, currency, customer, act.now, given))
    act.tell("payment_intent.created", intent)
    return intent


def attempt(act: Act, intent: Obj, paid_with: Obj, *, buyer_is_there: bool) -> bool:
    """Whether the money came. A bank debit is `processing` and comes with `settle`."""
    card = cards.of(paid_with)
    charge = act.add(money.charge(intent, paid_with, card, act.now))
    intent |= {"payment_method": paid_with["id"], "payment_method_types": [card.kind], "latest_charge": charge["id"]}
    if card.bank_debit:
        charge |= {"status": "pending", "paid": False, "captured": True}
        intent["status"] = "processing"
        act.tell("charge.pending", charge)
        act.tell("payment_intent.processing", intent)
        return False
    works = card.first if buyer_is_there else card.later
    if works:
        _succeed(act, intent, charge)
    else:
        _fail(act, intent, charge, "card_declined", cards.DECLINED)
    return works


def settle(act: Act, intent: Obj) -> bool:
    """The bank debit arrives, or is sent back."""
    charge = act.get("charge", intent["latest_charge"])
    works = cards.of(act.get("payment_method", intent["payment_method"])).first
    if works:
        _succeed(act, intent, charge)
    else:
        _fail(act, intent, charge, "insufficient_funds", "The customer's account has insufficient funds.")
    return works


def _succeed(act: Act, intent: Obj, charge: Obj) -> None:
    charge |= {"status": "succeeded", "paid": True}
    charge["receipt_url"] = f"{act.turn['origin']}/test-checkout/receipts/{charge['id']}"
    act.tell("charge.succeeded", charge)
    intent |= {"status": "succeeded", "amount_received": intent["amount"], "last_payment_error": None}
    act.tell("payment_intent.succeeded", intent)


def _fail(act: Act, intent: Obj, charge: Obj, code: str, message: str) -> None:
    charge |= {"status": "failed", "paid": False, "captured": False, "amount_captured": 0}
    charge |= {"failure_code": code, "failure_message": message}
    charge["outcome"] = charge["outcome"] | {
        "network_status": "declined_by_network",
        "reason": "generic_decline",
        "seller_message": "The bank did not return any further details with this decline.",
        "type": "issuer_declined",
    }
    act.tell("charge.failed", charge)
    error = {"charge": charge["id"], "code": code, "decline_code": "generic_decline", "message": message}
    error |= {"type": "card_error"}
    intent |= {"status": "requires_payment_method", "payment_method": None, "last_payment_error": error}
    act.tell("payment_intent.payment_failed", intent)
