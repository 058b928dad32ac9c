"""How a subscription stands: paid, behind with a payment, over."""

from app.till.store import Act, Obj

ENDED = ("canceled", "incomplete_expired")
BEHIND = ("past_due", "unpaid", "incomplete")


def item_of(subscription: Obj) -> Obj:
    """What it is for. The test checkout sells one thing in a subscription."""
    found: Obj = subscription["items"]["data"][0]
    return found


def invoices_of(act: Act, subscription: Obj) -> list[Obj]:
    """Newest first."""
    return [one for one in act.all("invoice", subscription["customer"]) if subscription_of(one) == subscription["id"]]


def subscription_of(invoice: Obj) -> str | None:
    details = (invoice["parent"] or {}).get("subscription_details")
    return details["subscription"] if details else None


def paid(act: Act, subscription: Obj, invoice: Obj) -> None:
    """What was owed is paid: it goes on."""
    if subscription["status"] in BEHIND and subscription["latest_invoice"] == invoice["id"]:
        subscription["status"] = "active"
        act.tell("customer.subscription.updated", subscription)


def behind(act: Act, subscription: Obj) -> None:
    """A payment failed, and will be tried again."""
    if subscription["status"] in ("active", "trialing"):
        subscription["status"] = "past_due"
        act.tell("customer.subscription.updated", subscription)


def give_up(act: Act, subscription: Obj) -> None:
    """The last attempt failed."""
    if act.after_last_attempt == "unpaid":
        subscription["status"] = "unpaid"
        _stop_collecting(act, subscription)
        act.tell("customer.subscription.updated", subscription)
    else:
        end(act, subscription, "payment_failed")


def end(act: Act, subscription: Obj, reason: str) -> None:
    """It is over, now."""
    details = subscription["cancellation_details"]
    subscription["cancellation_details"] = details | {"reason": details["reason"] or reason}
    subscription |= {"status": "canceled", "ended_at": act.now, "canceled_at": subscription["canceled_at"] or act.now}
    subscription["cancel_at"] = subscription["cancel_at"] if subscription["cancel_at_period_end"] else None
    _cancel_schedule(act, subscription)
    _stop_collecting(act, subscription)
    act.tell("customer.subscription.deleted", subscription)


def _cancel_schedule(act: Act, subscription: Obj) -> None:
    if subscription["schedule"]:
        schedule = act.get("subscription_schedule", subscription["schedule"])
        schedule |= {"status": "canceled", "canceled_at": act.now, "current_phase": None}
        act.tell("subscription_schedule.canceled", schedule)
        subscription["schedule"] = None


def _stop_collecting(act: Act, subscription: Obj) -> None:
    for invoice in invoices_of(act, subscription):
        if invoice["status"] in ("draft", "open"):
            invoice |= {"auto_advance": False, "automatically_finalizes_at": None, "next_payment_attempt": None}
            act.tell("invoice.updated", invoice)
