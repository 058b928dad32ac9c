"""Invoices from draft to paid: finalised, charged, tried again, or let go."""

from typing import Any

from app.till import paying, standing
from app.till.errors import invalid
from app.till.shapes import invoices
from app.till.store import Act, Obj

DAY = 86_400
TRIED_AGAIN_AFTER = (3 * DAY, 5 * DAY, 7 * DAY)  # each after the attempt before it
DRAFT_FOR = 3_600


def draft(act: Act, subscription: Obj, lines: list[Obj], reason: str, **given: Any) -> Obj:
    """A new invoice for a subscription, not yet finalised."""
    customer = act.get("customer", subscription["customer"])
    begins = min(line["period"]["start"] for line in lines)
    given |= {"parent": invoices.of_subscription(subscription), "period_start": begins, "period_end": act.now}
    invoice = act.add(invoices.invoice(customer, lines, reason, act.now, given))
    subscription["latest_invoice"] = invoice["id"]
    act.tell("invoice.created", invoice)
    return invoice


def finalise(act: Act, invoice: Obj) -> None:
    """It gets its number and is owed. What the customer has to their credit is taken first."""
    customer = act.get("customer", invoice["customer"])
    number = f"{customer['invoice_prefix']}-{customer['next_invoice_sequence']:04}"
    customer["next_invoice_sequence"] += 1
    _settle_balance(act, invoice, customer)
    place = f"{act.turn['origin']}/test-checkout/invoices/{invoice['id']}"
    invoice |= {
        "status": "open",
        "number": number,
        "effective_at": act.now,
        "automatically_finalizes_at": None,
        "hosted_invoice_url": place,
        "invoice_pdf": f"{place}/pdf",
        "status_transitions": invoice["status_transitions"] | {"finalized_at": act.now},
    }
    act.tell("invoice.finalized", invoice)


def collect(act: Act, invoice: Obj, *, buyer_is_there: bool = False, paid_with: Obj | None = None) -> bool:
    """Try to get an open invoice paid. Whether it is."""
    if invoice["status"] != "open":
        raise invalid("This invoice can no longer be paid", code="invoice_not_payable")
    if invoice["amount_due"] == 0:
        _paid(act, invoice)
        return True
    payment = _payment_of(act, invoice)
    intent = act.get("payment_intent", payment["payment"]["payment_intent"])
    paid_with = paid_with or card_of(act, invoice)
    invoice |= {"attempted": True, "attempt_count": invoice["attempt_count"] + 1}
    if paid_with and paying.attempt(act, intent, paid_with, buyer_is_there=buyer_is_there):
        paid_with_intent(act, invoice, payment)
        return True
    _failed(act, invoice)
    return False


def paid_with_intent(act: Act, invoice: Obj, payment: Obj) -> None:
    """The money of a payment intent came, and it was for this invoice."""
    payment |= {"status": "paid", "amount_paid": invoice["amount_due"]}
    payment["status_transitions"] = payment["status_transitions"] | {"paid_at": act.now}
    act.tell("invoice_payment.paid", payment)
    _paid(act, invoice)


def void(act: Act, invoice: Obj) -> None:
    invoice |= {"status": "void", "auto_advance": False, "next_payment_attempt": None, "amount_remaining": 0}
    invoice["status_transitions"] = invoice["status_transitions"] | {"voided_at": act.now}
    act.tell("invoice.voided", invoice)


def write_off(act: Act, invoice: Obj) -> None:
    invoice |= {"status": "uncollectible", "auto_advance": False, "next_payment_attempt": None}
    invoice["status_transitions"] = invoice["status_transitions"] | {"marked_uncollectible_at": act.now}
    act.tell("invoice.marked_uncollectible", invoice)


def card_of(act: Act, invoice: Obj) -> Obj | None:
    """What it is paid with: the subscription's card, or else the customer's."""
    subscription_id = standing.subscription_of(invoice)
    subscription = act.get("subscription", subscription_id) if subscription_id else None
    customer = act.get("customer", invoice["customer"])
    chosen = subscription["default_payment_method"] if subscription else None
    chosen = chosen or customer["invoice_settings"]["default_payment_method"]
    return act.get("payment_method", chosen) if chosen else None


def _settle_balance(act: Act, invoice: Obj, customer: Obj) -> None:
    """A balance below zero is money of theirs; a total below zero becomes some."""
    begins = customer["balance"]
    used = min(invoice["total"], -begins) if begins < 0 < invoice["total"] else min(invoice["total"], 0)
    customer["balance"] = begins + used
    if used:
        act.tell("customer.updated", customer)
    act.save(customer)
    due = max(invoice["total"] - max(used, 0), 0)
    invoice |= {"starting_balance": begins, "ending_balance": customer["balance"]}
    invoice |= {"amount_due": due, "amount_remaining": due}


def _payment_of(act: Act, invoice: Obj) -> Obj:
    """The payment of an invoice, with one intent for all attempts."""
    for payment in act.all("invoice_payment", invoice["customer"]):
        if payment["invoice"] == invoice["id"]:
            return payment
    given = {"description": invoice["description"] or "Subscription", "setup_future_usage": "off_session"}
    intent = paying.intend(act, invoice["amount_due"], invoice["currency"], invoice["customer"], given)
    return act.add(invoices.payment_of(invoice, intent["id"], act.now))


def _paid(act: Act, invoice: Obj) -> None:
    invoice |= {
        "status": "paid",
        "attempted": True,
        "auto_advance": False,
        "amount_paid": invoice["amount_due"],
        "amount_remaining": 0,
        "next_payment_attempt": None,
        "status_transitions": invoice["status_transitions"] | {"paid_at": act.now},
    }
    act.tell("invoice.paid", invoice)
    act.tell("invoice.payment_succeeded", invoice)
    if subscription_id := standing.subscription_of(invoice):
        standing.paid(act, act.get("subscription", subscription_id), invoice)


def _failed(act: Act, invoice: Obj) -> None:
    """Tried again in some days, unless it was the last time."""
    failures = invoice["attempt_count"]
    again = act.now + TRIED_AGAIN_AFTER[failures - 1] if failures <= len(TRIED_AGAIN_AFTER) else None
    invoice["next_payment_attempt"] = again if invoice["auto_advance"] else None
    act.tell("invoice.payment_failed", invoice)
    if subscription_id := standing.subscription_of(invoice):
        subscription = act.get("subscription", subscription_id)
        if again:
            standing.behind(act, subscription)
        elif subscription["status"] not in standing.ENDED:
            standing.give_up(act, subscription)
