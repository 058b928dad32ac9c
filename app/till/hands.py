"""What people do: the buyer on the hosted pages, the bank, and whoever minds the shop. Each is one act."""

from datetime import datetime

from app.till import changes, collecting, paying, refunding, schedules, sessions, standing
from app.till.endpoints import portal
from app.till.endpoints.subscriptions import cancel_at_period_end
from app.till.errors import invalid
from app.till.store import Act, Obj, acting


def pay(session_id: str, card: str, now: datetime) -> bool:
    """Pay a checkout with one of cards.CARDS. False: it was declined. Raises TillError when it is over."""
    with acting(now) as act:
        return sessions.pay(act, act.get("checkout.session", session_id), card)


def cancel(subscription_id: str, now: datetime) -> None:
    """It ends with the period that is paid. A change that was planned is off."""
    with acting(now) as act:
        subscription = _living(act, subscription_id)
        schedules.release(act, subscription)
        cancel_at_period_end(act, subscription, True)
        act.tell("customer.subscription.updated", subscription)


def cancel_now(subscription_id: str, now: datetime) -> None:
    with acting(now) as act:
        standing.end(act, _living(act, subscription_id), "cancellation_requested")


def keep(subscription_id: str, now: datetime) -> None:
    """Not canceled after all, and no change at the end of the period."""
    with acting(now) as act:
        subscription = _living(act, subscription_id)
        schedules.release(act, subscription)
        cancel_at_period_end(act, subscription, False)
        act.tell("customer.subscription.updated", subscription)


def change_item(subscription_id: str, price_id: str, now: datetime, configuration_id: str | None = None) -> None:
    """As the portal does it: at once, or at the end of the period where its configuration says so.

    Raises TillError, with nothing changed, for a price it does not offer and for a card that is declined.
    """
    with acting(now) as act:
        subscription = _living(act, subscription_id)
        configuration = portal.configuration_of(act, configuration_id)
        price = act.get("price", price_id)
        portal.check_price(configuration, standing.item_of(subscription), price_id)
        cancel_at_period_end(act, subscription, False)
        if portal.waits(configuration, subscription, price):
            schedules.change_at_period_end(act, subscription, price)
            return
        schedules.release(act, subscription)
        wanted = portal.change(configuration, price)
        changes.change(act, subscription, wanted, buyer_is_there=True, must_pay=True)


def change_card(customer_id: str, card: str, now: datetime) -> None:
    """From now on everything is paid with this card. Raises TillError for a card that is declined."""
    with acting(now) as act:
        customer = act.get("customer", customer_id)
        method = paying.method(act, card, customer)
        customer["invoice_settings"] = customer["invoice_settings"] | {"default_payment_method": method["id"]}
        act.tell("customer.updated", customer)
        for subscription in _all_living(act, customer_id):
            subscription["default_payment_method"] = method["id"]
            act.tell("customer.subscription.updated", subscription)


def remove_card(customer_id: str, now: datetime) -> None:
    """They pay with nothing any more."""
    with acting(now) as act:
        customer = act.get("customer", customer_id)
        customer["invoice_settings"] = customer["invoice_settings"] | {"default_payment_method": None}
        act.tell("customer.updated", customer)
        for subscription in _all_living(act, customer_id):
            subscription["default_payment_method"] = None
            act.tell("customer.subscription.updated", subscription)


def pay_invoice(invoice_id: str, card: str, now: datetime) -> bool:
    """Pay an open invoice on its page. False: the card was declined."""
    with acting(now) as act:
        invoice = act.get("invoice", invoice_id)
        method = paying.method(act, card, act.get("customer", invoice["customer"]))
        return collecting.collect(act, invoice, buyer_is_there=True, paid_with=method)


def refund(payment_intent: str, cents: int | None, now: datetime) -> str:
    """All that is left, or a part. The refund's id."""
    with acting(now) as act:
        made = refunding.refund(act, refunding.charge_of(act, payment_intent), cents, {})
        return str(made["id"])


def dispute(payment_intent: str, now: datetime) -> str:
    """The buyer asks their bank for the money. The dispute's id."""
    with acting(now) as act:
        return str(refunding.dispute(act, refunding.charge_of(act, payment_intent))["id"])


def close_dispute(dispute_id: str, won: bool, now: datetime) -> None:
    with acting(now) as act:
        refunding.close(act, act.get("dispute", dispute_id), won=won)


def pause(subscription_id: str, now: datetime) -> None:
    """Nothing is collected until it is resumed: invoices are voided."""
    with acting(now) as act:
        subscription = _living(act, subscription_id)
        subscription["pause_collection"] = {"behavior": "void", "resumes_at": None}
        act.tell("customer.subscription.updated", subscription)


def resume(subscription_id: str, now: datetime) -> None:
    """The end of a pause, whichever kind it is."""
    with acting(now) as act:
        subscription = _living(act, subscription_id)
        if subscription["status"] == "paused":
            changes.resume(act, subscription)
        else:
            subscription["pause_collection"] = None
            act.tell("customer.subscription.updated", subscription)


def after_last_attempt(outcome: str, now: datetime) -> None:
    """Stripe's setting for a payment that failed for good: `canceled` or `unpaid`."""
    with acting(now) as act:
        if outcome not in ("canceled", "unpaid"):
            raise invalid("A subscription is canceled or stays unpaid")
        act.turn["after_last_attempt"] = outcome


def _living(act: Act, subscription_id: str) -> Obj:
    subscription = act.get("subscription", subscription_id)
    if subscription["status"] in standing.ENDED:
        raise invalid("This subscription is over")
    return subscription


def _all_living(act: Act, customer_id: str) -> list[Obj]:
    return [one for one in act.all("subscription", customer_id) if one["status"] not in standing.ENDED]
