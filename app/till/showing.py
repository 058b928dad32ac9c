"""What the pages of the test checkout show, gathered."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.till import cards, changes, due, events, life, standing
from app.till.endpoints import portal
from app.till.errors import invalid
from app.till.store import Act, Obj, moment, reading


@dataclass(frozen=True)
class Pay:
    session: Obj
    items: list[Obj]
    cents: int  # what it costs, after a trial
    interval: str | None
    trial_days: int | None
    cards: list[cards.Card]


@dataclass(frozen=True)
class Portal:
    session: Obj
    customer: Obj
    subscription: Obj | None  # the one that lives
    price: Obj | None
    name: str  # of what they are on
    next_name: str | None  # what it changes to
    offers: list[tuple[str, Obj]]
    card: cards.Card | None
    invoices: list[Obj]
    features: Obj


@dataclass(frozen=True)
class Offer:
    """A change that waits for a yes."""

    name: str
    price: Obj
    waits_until: datetime | None
    lines: list[Obj]
    due_now: int


@dataclass(frozen=True)
class Payment:
    charge: Obj
    email: str
    left: int  # what can be given back
    dispute: Obj | None


@dataclass(frozen=True)
class Told:
    at: datetime
    type: str
    about: str
    heard: bool
    answer: str


def pay(session_id: str, now: datetime) -> Pay:
    """Raises TillError for a session that is not there."""
    session = reading(now).get("checkout.session", session_id)
    kept = session["_till"]
    recurring = kept["items"][0]["price"]["recurring"]
    return Pay(
        session,
        kept["items"],
        sum(item["amount_total"] for item in kept["items"]),
        recurring["interval"] if recurring else None,
        kept["subscription_data"]["trial_period_days"],
        [card for card in cards.CARDS.values() if _fits(card, session)],
    )


def at_portal(session_id: str, now: datetime) -> Portal:
    act = reading(now)
    session = act.get("billing_portal.session", session_id)
    configuration = act.get("billing_portal.configuration", session["configuration"])
    customer = act.get("customer", session["customer"])
    subscription = _living(act, customer)
    price = standing.item_of(subscription)["price"] if subscription else None
    return Portal(
        session,
        customer,
        subscription,
        price,
        _name(act, price) if price else "",
        _next_name(act, subscription) if subscription else None,
        [(_name(act, one), one) for one in _offered(act, configuration) if price and one["id"] != price["id"]],
        _card(act, customer, subscription),
        act.all("invoice", customer["id"]),
        configuration["features"],
    )


def offer(session_id: str, price_id: str, now: datetime) -> Offer:
    """What a change would do. Raises TillError for one that cannot be made."""
    act = reading(now)
    session = act.get("billing_portal.session", session_id)
    configuration = act.get("billing_portal.configuration", session["configuration"])
    subscription = _living(act, act.get("customer", session["customer"]))
    if subscription is None:
        raise invalid("There is no plan to change.")
    price = act.get("price", price_id)
    portal.check_price(configuration, standing.item_of(subscription), price_id)
    if portal.waits(configuration, subscription, price):
        return Offer(_name(act, price), price, moment(due.period_end(subscription)), [], 0)
    _, lines = changes.preview(act, subscription, portal.change(configuration, price))
    balance = act.get("customer", session["customer"])["balance"]
    total = sum(line["amount"] for line in lines)
    return Offer(_name(act, price), price, None, lines, max(total + min(balance, 0), 0))


def invoice(invoice_id: str, now: datetime) -> tuple[Obj, Obj]:
    """It and its customer."""
    act = reading(now)
    found = act.get("invoice", invoice_id)
    return found, act.get("customer", found["customer"])


def receipt(charge_id: str, now: datetime) -> tuple[Obj, Obj]:
    """The payment and who paid."""
    act = reading(now)
    found = act.get("charge", charge_id)
    return found, act.get("customer", found["customer"])


def payments(limit: int, now: datetime) -> list[Payment]:
    """Newest first."""
    act = reading(now)
    disputes = {one["charge"]: one for one in act.all("dispute")}
    paid = [charge for charge in act.all("charge") if charge["paid"]]
    return [
        Payment(
            charge,
            act.get("customer", charge["customer"])["email"] or "",
            charge["amount"] - charge["amount_refunded"],
            disputes.get(charge["id"]),
        )
        for charge in paid[:limit]
    ]


def subscriptions(limit: int, now: datetime) -> list[tuple[Obj, str, str]]:
    """Those that live, newest first: each with its name and its customer's address."""
    act = reading(now)
    living = [one for one in act.all("subscription") if one["status"] not in standing.ENDED]
    return [
        (one, _name(act, standing.item_of(one)["price"]), act.get("customer", one["customer"])["email"] or "")
        for one in living[:limit]
    ]


def next_things(limit: int, now: datetime) -> list[tuple[datetime, str, str]]:
    """When, what in words, and whose."""
    act = reading(now)
    return [(when, *_in_words(act, act.get(kind, id_), when)) for when, kind, id_ in life.coming(limit)]


def told(limit: int) -> list[Told]:
    """The latest events and what the webhook said, newest first."""
    found = []
    for event in events.latest(limit):
        about = json.loads(event.body)["data"]["object"]["id"]
        found.append(Told(event.created_at, event.type, about, event.heard_at is not None, event.answer))
    return found


def after_last_attempt(now: datetime) -> str:
    """What becomes of a subscription whose payment failed for good."""
    return reading(now).after_last_attempt


def _fits(card: cards.Card, session: Obj) -> bool:
    """Whether a card does something here that another does not: a pack knows no trial and no renewal."""
    if card.kind not in session["payment_method_types"]:
        return False
    return session["mode"] == "subscription" or not (card.shared or card.fails_later)


def _living(act: Act, customer: Obj) -> Obj | None:
    found = act.all("subscription", customer["id"])
    return next((one for one in found if one["status"] not in standing.ENDED), None)


def _name(act: Act, price: Obj) -> str:
    return str(act.get("product", price["product"])["name"])


def _next_name(act: Act, subscription: Obj) -> str | None:
    if not subscription["schedule"]:
        return None
    planned = act.get("subscription_schedule", subscription["schedule"])["phases"][1]["items"][0]["price"]
    price = act.get("price", planned)
    return f"{_name(act, price)} by the {price['recurring']['interval']}"


def _offered(act: Act, configuration: Obj) -> list[Obj]:
    if not configuration["features"]["subscription_update"]["enabled"]:
        return []
    return [act.get("price", price) for product in configuration["_till"]["products"] for price in product["prices"]]


def _card(act: Act, customer: Obj, subscription: Obj | None) -> cards.Card | None:
    chosen = (subscription or {}).get("default_payment_method")
    chosen = chosen or customer["invoice_settings"]["default_payment_method"]
    return cards.of(act.get("payment_method", chosen)) if chosen else None


def _in_words(act: Act, obj: Obj, when: datetime) -> tuple[str, str]:
    customer: dict[str, Any] = act.get("customer", obj["customer"]) if obj["customer"] else {}
    whose = str(customer.get("email") or "")
    if obj["object"] == "subscription":
        return _subscription_in_words(obj, when), whose
    if obj["object"] == "invoice":
        return ("The invoice is charged" if obj["status"] == "draft" else "The payment is tried again"), whose
    return ("An unpaid checkout closes" if obj["status"] == "open" else "The bank debit arrives or not"), whose


def _subscription_in_words(subscription: Obj, when: datetime) -> str:
    if when < moment(due.period_end(subscription)):
        return "The end of the trial is announced" if subscription["status"] == "trialing" else "The pause ends"
    if subscription["cancel_at"]:
        return "The plan ends"
    return "The trial ends" if subscription["status"] == "trialing" else "The plan is renewed"
