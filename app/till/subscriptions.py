"""What happens to a subscription by itself: it begins, is renewed, its trial ends, it ends."""

from typing import Any

from app.till import collecting, due, schedules, standing
from app.till.months import DAY, months_of, period_after
from app.till.shapes import billing
from app.till.store import Act, Obj


def begin(act: Act, customer: Obj, price: Obj, paid_with: Obj, trial_days: int | None, given: dict[str, Any]) -> Obj:
    """A subscription and its first invoice, a draft."""
    subscription = act.add(billing.subscription(customer["id"], price, paid_with["id"], act.now, given))
    item = standing.item_of(subscription)
    if trial_days:
        ends = act.now + trial_days * DAY
        subscription |= {"status": "trialing", "trial_start": act.now, "trial_end": ends, "billing_cycle_anchor": ends}
        item["current_period_end"] = ends
    else:
        subscription["status"] = "incomplete"  # until its first invoice is paid
        item["current_period_end"] = period_after(act.now, act.now, months_of(price))
    draft = collecting.draft(act, subscription, [first_line(act, subscription)], "subscription_create")
    act.tell("customer.subscription.created", subscription)
    collecting.finalise(act, draft)
    return draft


def first_line(act: Act, subscription: Obj) -> Obj:
    if subscription["status"] != "trialing":
        return full_line(act, subscription)
    item = standing.item_of(subscription)
    name = act.get("product", item["price"]["product"])["name"]
    parent = billing.of_item(subscription, proration=False)
    begins, ends = item["current_period_start"], item["current_period_end"]
    return billing.line(f"Trial period for {name}", 0, begins, ends, item["price"], parent)


def full_line(act: Act, subscription: Obj) -> Obj:
    """A whole period of what the subscription is for."""
    item = standing.item_of(subscription)
    price = item["price"]
    name = act.get("product", price["product"])["name"]
    text = f"1 × {name} (at ${price['unit_amount'] / 100:,.2f} / {price['recurring']['interval']})"
    parent = billing.of_item(subscription, proration=False)
    begins, ends = item["current_period_start"], item["current_period_end"]
    return billing.line(text, price["unit_amount"] * item["quantity"], begins, ends, price, parent)


def happen(act: Act, subscription: Obj) -> None:
    """The one thing that is due now."""
    if _is_due(act, subscription["cancel_at"]):
        standing.end(act, subscription, "cancellation_requested")
    elif _is_due(act, (subscription["pause_collection"] or {}).get("resumes_at")):
        subscription["pause_collection"] = None
        act.tell("customer.subscription.updated", subscription)
    elif _is_due(act, due.period_end(subscription)):
        _period_ended(act, subscription)
    else:
        subscription["_till"] = subscription["_till"] | {"warned": True}
        act.tell("customer.subscription.trial_will_end", subscription)


def _is_due(act: Act, when: int | None) -> bool:
    return when is not None and when <= act.now


def _period_ended(act: Act, subscription: Obj) -> None:
    if subscription["status"] == "trialing":
        without_card = subscription["trial_settings"]["end_behavior"]["missing_payment_method"]
        if without_card == "cancel" and not has_card(act, subscription):
            standing.end(act, subscription, "cancellation_requested")
            return
        if without_card == "pause" and not has_card(act, subscription):
            subscription["status"] = "paused"
            act.tell("customer.subscription.paused", subscription)
            return
        subscription |= {"status": "active", "billing_cycle_anchor": act.now}
    schedules.apply(act, subscription)
    next_period(subscription)
    _bill(act, subscription)
    act.tell("customer.subscription.updated", subscription)


def has_card(act: Act, subscription: Obj) -> bool:
    customer = act.get("customer", subscription["customer"])
    return bool(subscription["default_payment_method"] or customer["invoice_settings"]["default_payment_method"])


def next_period(subscription: Obj) -> None:
    """The next one begins where the last one ended."""
    item = standing.item_of(subscription)
    item["current_period_start"] = item["current_period_end"]
    anchor, months = subscription["billing_cycle_anchor"], months_of(item["price"])
    item["current_period_end"] = period_after(item["current_period_start"], anchor, months)


def _bill(act: Act, subscription: Obj) -> None:
    """A draft, finalised an hour later. Where nothing is collected it stays one, or is let go."""
    lines = [*subscription["_till"]["pending"], full_line(act, subscription)]
    subscription["_till"] = subscription["_till"] | {"pending": []}
    paused = subscription["pause_collection"]
    stays = subscription["status"] == "unpaid" or (paused and paused["behavior"] == "keep_as_draft")
    finalised_at = None if stays else act.now + collecting.DRAFT_FOR
    collecting.draft(
        act,
        subscription,
        lines,
        "subscription_cycle",
        auto_advance=not stays,
        automatically_finalizes_at=finalised_at,
    )


def invoice_is_due(act: Act, invoice: Obj) -> None:
    """A draft is an hour old, or a payment is tried again."""
    if invoice["status"] == "open":
        collecting.collect(act, invoice)
        return
    paused = _pause(act, invoice)
    collecting.finalise(act, invoice)
    if paused and paused["behavior"] == "void":
        collecting.void(act, invoice)
    elif paused:
        collecting.write_off(act, invoice)
    else:
        collecting.collect(act, invoice)


def _pause(act: Act, invoice: Obj) -> Obj | None:
    subscription_id = standing.subscription_of(invoice)
    found: Obj | None = act.get("subscription", subscription_id)["pause_collection"] if subscription_id else None
    return found
