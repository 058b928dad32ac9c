"""What Stripe says, read into our own words and checked: whatever is not sold here at our price counts for nothing.

Pure: it reads the dictionaries of Stripe's objects and asks nobody.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from app.billing.plans import Item
from app.payments.catalogue import CURRENCY
from app.refusals import Refusal

Object = Mapping[str, Any]
ItemOf = Callable[[str], Item | None]  # which item the price with an id sells

WITHHELD = ("needs_response", "under_review", "lost", "appeal_needs_response", "appeal_under_review")
LONGEST = {"month": timedelta(days=31), "year": timedelta(days=366)}


class Rejected(Refusal):
    """Stripe says it, and it is not what is sold here or not whose it says: nothing follows from it."""

    def __init__(self, why: str) -> None:
        super().__init__("conflict", why)


@dataclass(frozen=True)
class Line:
    """A paid stretch of time: see periods.Period."""

    line_id: str
    invoice_id: str
    item: str
    starts_at: datetime
    ends_at: datetime
    trial: bool
    change: bool


@dataclass(frozen=True)
class Money:
    """What was paid: see models.Payment."""

    source: str
    item: str
    what: str
    amount: int
    tax: int
    currency: str
    payment_intent: str | None
    number: str | None
    invoice_url: str | None
    pdf_url: str | None
    refunded: int
    disputed: int
    paid_at: datetime


@dataclass(frozen=True)
class Failure:
    """An invoice that could not be collected, at the last attempt."""

    invoice: str
    attempt: int
    amount: int
    since: datetime


@dataclass(frozen=True)
class Subscribed:
    """The whole truth of a subscription: see models.Subscription. `doubts`: why an invoice counts for nothing."""

    id: str
    customer: str
    status: str
    item: str
    next_item: str | None
    started_at: datetime
    period_end: datetime
    trial_end: datetime | None
    ends_at: datetime | None
    past_due_since: datetime | None
    paused: bool
    card: str | None  # the fingerprint of what it is paid with
    price: int  # cents, of what it is for now
    periods: tuple[Line, ...] = ()
    money: tuple[Money, ...] = ()
    failure: Failure | None = None
    doubts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Bought:
    """The whole truth of a checkout. `money` is what was paid for a pack; None while nothing was."""

    id: str
    customer: str | None
    person_id: int | None  # whom it names
    subscription: str | None
    money: Money | None


def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def named(thing: Any) -> str | None:
    """The id of something that Stripe gives as its id or, when asked to, whole."""
    if isinstance(thing, Mapping):
        return str(thing["id"])
    return str(thing) if thing else None


def person_of(session: Object) -> int | None:
    """Whom a checkout names. Rejects one that names two."""
    names = {str(name) for name in (session.get("client_reference_id"), (session.get("metadata") or {}).get("person"))}
    names -= {"None", ""}
    if len(names) > 1:
        raise Rejected("the checkout names two people")
    name = names.pop() if names else ""
    if name and not (name.isascii() and name.isdigit() and len(name) < 10):
        raise Rejected("the checkout names nobody we know")
    return int(name) if name else None


def sold(thing: Object, item: Item | None) -> Item:
    """The item that a line of a checkout or of a subscription is for. Rejects what is not sold here."""
    if item is None:
        raise Rejected("unknown price, or not in our currency")
    if thing.get("quantity") != 1:
        raise Rejected("not one of it")
    return item


def only(things: Iterable[Object]) -> Object:
    found = list(things)
    if len(found) != 1:
        raise Rejected("not exactly one thing")
    return found[0]


def pack_money(session: Object, item: Item, refunded: int, disputed: int) -> Money | None:
    """What was paid for a pack, None if nothing is yet. Rejects another amount than its price."""
    if session.get("payment_status") not in ("paid", "no_payment_required"):
        return None
    if item.pack is None or session.get("currency") != CURRENCY or session.get("amount_subtotal") not in item.prices:
        raise Rejected("wrong amount or currency")
    invoice = session.get("invoice") if isinstance(session.get("invoice"), Mapping) else {}
    intent = session.get("payment_intent")
    return Money(
        source=str(session["id"]),
        item=item.id,
        what=item.title,
        amount=int(session.get("amount_total") or 0),
        tax=int((session.get("total_details") or {}).get("amount_tax") or 0),
        currency=str(session["currency"]),
        payment_intent=named(intent),
        refunded=refunded,
        disputed=disputed,
        paid_at=moment(_paid_at(intent, session)),
        **_papers(invoice or {}),
    )


def invoice_money(invoice: Object, item: Item, refunded: int, disputed: int) -> Money:
    taxes = invoice.get("total_taxes") or []
    paid_at = (invoice.get("status_transitions") or {}).get("paid_at") or invoice["created"]
    return Money(
        source=str(invoice["id"]),
        item=item.id,
        what=item.title,
        amount=int(invoice["amount_paid"]),
        tax=sum(int(tax["amount"]) for tax in taxes),
        currency=str(invoice["currency"]),
        payment_intent=intent_of(invoice),
        refunded=refunded,
        disputed=disputed,
        paid_at=moment(paid_at),
        **_papers(invoice),
    )


def intent_of(invoice: Object) -> str | None:
    """The payment that an invoice was paid by; None for one paid by hand, or not at all."""
    payments = (invoice.get("payments") or {}).get("data") or []
    paid = [payment for payment in payments if payment["status"] == "paid"]
    return next((named(payment["payment"].get("payment_intent")) for payment in paid), None)


def subscription_of(invoice: Object) -> str | None:
    """Which subscription an invoice is about; None for one of something else."""
    parent = invoice.get("parent") or {}
    return named((parent.get("subscription_details") or {}).get("subscription"))


def lines(invoice: Object, subscription: Object, item_of: ItemOf) -> list[Line]:
    """The stretches of time that a paid invoice bought of a subscription. Rejects one that is not at our price."""
    if invoice["currency"] != CURRENCY:
        raise Rejected("wrong currency")
    found = [_line(line, invoice, subscription, item_of) for line in invoice["lines"]["data"]]
    return [line for line in found if line]


def failure(invoices: Iterable[Object], subscription: Object) -> Failure | None:
    """The oldest invoice that waits for its money after an attempt to collect it failed."""
    waiting = [each for each in invoices if each["status"] in ("open", "uncollectible") and each["attempt_count"]]
    if not waiting or subscription["status"] not in ("past_due", "unpaid"):
        return None
    oldest = min(waiting, key=lambda invoice: (invoice["created"], invoice["id"]))
    starts = [line["period"]["start"] for line in oldest["lines"]["data"] if line["amount"] > 0]
    since = min(starts, default=oldest["created"])
    return Failure(str(oldest["id"]), int(oldest["attempt_count"]), int(oldest["amount_remaining"]), moment(since))


def card_of(method: Any) -> str | None:
    """What tells a means of payment again: of a card its fingerprint, of others what they have."""
    if not isinstance(method, Mapping):
        return None
    details = method.get(str(method.get("type"))) or {}
    name = next((details[key] for key in ("fingerprint", "email", "payer_id") if details.get(key)), None)
    return f"{method['type']}:{name}"[:255] if name else None


def withheld(disputes: Iterable[Object]) -> int:
    """How much of a payment its disputes keep back: those that are open, and those that are lost."""
    return sum(int(dispute["amount"]) for dispute in disputes if dispute["status"] in WITHHELD)


def ends_at(subscription: Object) -> datetime | None:
    ends = subscription.get("ended_at") or subscription.get("cancel_at")
    if not ends and subscription.get("cancel_at_period_end"):
        return period_end(subscription)
    return moment(ends) if ends else None


def period_end(subscription: Object) -> datetime:
    return moment(only(subscription["items"]["data"])["current_period_end"])


def _line(line: Object, invoice: Object, subscription: Object, item_of: ItemOf) -> Line | None:
    """None for what buys no time: what is given back, or something besides."""
    parent = line.get("parent") or {}
    details = parent.get("subscription_item_details") or parent.get("invoice_item_details") or {}
    price = ((line.get("pricing") or {}).get("price_details") or {}).get("price")
    starts, ends = moment(line["period"]["start"]), moment(line["period"]["end"])
    change = bool(details.get("proration"))
    amount = int(line["amount"])
    if details.get("subscription") != subscription["id"] or price is None or ends <= starts or amount < 0:
        return None
    item = sold(line, item_of(str(named(price))))
    trial = amount == 0 and not change
    if item.plan is None or item.interval is None or ends - starts > LONGEST[item.interval] + timedelta(days=1):
        raise Rejected("not a period of what is sold")
    if trial and not _is_trial(invoice, item):
        raise Rejected("wrong amount: nothing was asked for it")
    if not trial and (amount > max(item.prices) if change else amount not in item.prices):
        raise Rejected("wrong amount")
    if change and amount == 0:
        return None
    return Line(str(line["id"]), str(invoice["id"]), item.id, starts, ends, trial, change)


def _is_trial(invoice: Object, item: Item) -> bool:
    return bool(item.plan and item.plan.trial_days) and invoice["billing_reason"] == "subscription_create"


def _papers(invoice: Object) -> dict[str, str | None]:
    names = {"number": "number", "invoice_url": "hosted_invoice_url", "pdf_url": "invoice_pdf"}
    return {ours: invoice.get(theirs) or None for ours, theirs in names.items()}


def _paid_at(intent: Any, session: Object) -> int:
    charge = intent.get("latest_charge") if isinstance(intent, Mapping) else None
    return int(charge["created"] if isinstance(charge, Mapping) else session["created"])
