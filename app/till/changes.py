"""Changing what a subscription is for, in the middle of a period: what is credited and what it costs."""

from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.till import collecting, prorations, standing, subscriptions
from app.till.errors import TillError
from app.till.months import months_of, period_after
from app.till.schedules import put
from app.till.shapes import billing
from app.till.store import Act, Obj

ALWAYS, LATER, NONE = "always_invoice", "create_prorations", "none"


@dataclass(frozen=True)
class Change:
    """What is asked for. `at` is the moment that prorations are reckoned from."""

    price: Obj
    prorate: str = LATER
    at: int | None = None
    anchor_now: bool = False
    end_trial: bool = False


def change(act: Act, subscription: Obj, wanted: Change, *, buyer_is_there: bool, must_pay: bool) -> Obj | None:
    """Do it. The invoice, if there is one. With `must_pay` a payment that fails undoes it: TillError 402."""
    if must_pay:
        _try(act, subscription, wanted, buyer_is_there=buyer_is_there)
    lines, at_once = apply(act, subscription, wanted)
    if lines and not at_once:
        subscription["_till"] = subscription["_till"] | {"pending": [*subscription["_till"]["pending"], *lines]}
    if not at_once:
        act.tell("customer.subscription.updated", subscription)
        return None
    invoice = collecting.draft(act, subscription, lines, "subscription_update")
    act.tell("customer.subscription.updated", subscription)
    collecting.finalise(act, invoice)
    collecting.collect(act, invoice, buyer_is_there=buyer_is_there)
    return invoice


def apply(act: Act, subscription: Obj, wanted: Change) -> tuple[list[Obj], bool]:
    """Put the new price in. The lines of the change, and whether they are billed at once."""
    item, at = standing.item_of(subscription), wanted.at or act.now
    trialing = subscription["status"] == "trialing"
    ends_trial = trialing and wanted.end_trial
    same_beat = item["price"]["recurring"] == wanted.price["recurring"]
    resets = ends_trial or (not trialing and (wanted.anchor_now or not same_beat))
    credit = [] if trialing or wanted.prorate == NONE else _credit(act, subscription, at)
    put(subscription, wanted.price)
    if ends_trial:
        subscription |= {"status": "active", "trial_end": act.now}
    if resets:
        _restart(act, subscription)
        return [*credit, subscriptions.full_line(act, subscription)], True
    if trialing or wanted.prorate == NONE:
        return [], False
    return [*credit, _remaining(act, subscription, at)], wanted.prorate == ALWAYS


def preview(act: Act, subscription: Obj, wanted: Change | None) -> tuple[Obj, list[Obj]]:
    """The subscription as it would be, and the lines of its next invoice. Nothing is changed."""
    draft = deepcopy(subscription)
    lines, at_once = apply(act, draft, wanted) if wanted else ([], False)
    if at_once:
        return draft, lines
    subscriptions.next_period(draft)
    return draft, [*draft["_till"]["pending"], *lines, subscriptions.full_line(act, draft)]


def _try(act: Act, subscription: Obj, wanted: Change, *, buyer_is_there: bool) -> None:
    """Whether the card would be taken. Raises Stripe's card error, with nothing changed."""
    from app.till import cards

    _, lines = preview(act, subscription, wanted)
    customer = act.get("customer", subscription["customer"])
    owed = sum(line["amount"] for line in lines) + min(customer["balance"], 0)
    chosen = subscription["default_payment_method"] or customer["invoice_settings"]["default_payment_method"]
    card = cards.of(act.get("payment_method", chosen)) if chosen else None
    if owed > 0 and not (card and (card.first if buyer_is_there else card.later)):
        raise declined()


def declined() -> TillError:
    more: dict[str, Any] = {"type": "card_error", "decline_code": "generic_decline"}
    return TillError(402, "Your card was declined.", code="card_declined", **more)


def _restart(act: Act, subscription: Obj) -> None:
    """A new period begins now."""
    item = standing.item_of(subscription)
    subscription["billing_cycle_anchor"] = act.now
    item["current_period_start"] = act.now
    item["current_period_end"] = period_after(act.now, act.now, months_of(item["price"]))


def _credit(act: Act, subscription: Obj, at: int) -> list[Obj]:
    """What was paid for the rest of the period, taken back. Nothing where the period was not paid."""
    item = standing.item_of(subscription)
    paid = _paid_line(act, subscription)
    if paid is None:
        return []
    begins, ends, price = item["current_period_start"], item["current_period_end"], item["price"]
    cents = prorations.share(price["unit_amount"] * item["quantity"], begins, ends, at)
    text = f"Unused time on {_name(act, price)} after {_day(at)}"
    parent = billing.of_item(subscription, proration=True, credited=paid)
    return [billing.line(text, -cents, at, ends, price, parent)]


def _remaining(act: Act, subscription: Obj, at: int) -> Obj:
    item = standing.item_of(subscription)
    begins, ends, price = item["current_period_start"], item["current_period_end"], item["price"]
    cents = prorations.share(price["unit_amount"] * item["quantity"], begins, ends, at)
    text = f"Remaining time on {_name(act, price)} after {_day(at)}"
    return billing.line(text, cents, at, ends, price, billing.of_item(subscription, proration=True))


def _paid_line(act: Act, subscription: Obj) -> Obj | None:
    """The line that charged for what runs now."""
    item = standing.item_of(subscription)
    for invoice in standing.invoices_of(act, subscription):
        for line in invoice["lines"]["data"]:
            same = line["pricing"]["price_details"]["price"] == item["price"]["id"]
            if same and line["amount"] > 0 and line["period"]["end"] == item["current_period_end"]:
                found: Obj = line
                return found if invoice["status"] not in ("void", "uncollectible") else None
    return None


def _name(act: Act, price: Obj) -> str:
    return str(act.get("product", price["product"])["name"])


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%d %b %Y")


def resume(act: Act, subscription: Obj) -> None:
    """A paused one goes on: a new period begins now, once it is paid."""
    _restart(act, subscription)
    invoice = collecting.draft(
        act, subscription, [subscriptions.full_line(act, subscription)], "subscription_cycle", auto_advance=False
    )
    collecting.finalise(act, invoice)
    if not collecting.collect(act, invoice, buyer_is_there=True):
        raise declined()
    subscription["status"] = "active"
    act.tell("customer.subscription.resumed", subscription)
