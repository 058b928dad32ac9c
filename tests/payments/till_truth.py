"""The test checkout's truth, read plainly, and what we have to make of it. It knows nothing of how we come to that."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from app.accounts.models import Person
from app.billing.plans import ITEMS, Item
from app.billing.standing import plan_of
from app.credits.models import Lot
from app.extensions import db
from app.payments.models import Customer, Payment, Trial
from app.till.models import TillObject

Obj = dict[str, Any]
SETTLING = timedelta(hours=3)
GRACE = timedelta(days=7)
OVER = ("canceled", "unpaid", "paused", "incomplete", "incomplete_expired")


class Truth:
    """All objects of the till as they are now, by kind."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.kinds: dict[str, list[Obj]] = defaultdict(list)
        for kind, body in db.session.execute(select(TillObject.kind, TillObject.body).order_by(TillObject.number)):
            self.kinds[kind].append(body)
        self.items = {price["id"]: ITEMS[price["metadata"]["limn"]] for price in self.kinds["price"]}
        self.trials = set(db.session.scalars(select(Trial.subscription_id)))

    def problems(self) -> Iterator[str]:
        """Whatever we say that does not follow from it."""
        for person in db.session.scalars(select(Person).execution_options(populate_existing=True)):
            if (says := plan_of(person, self.now).id) != (holds := self.plan_of(person.id)):
                yield f"person {person.id} is on {says}, and has paid for {holds}"
        yield from self.grants_that_differ(final=True)
        yield from self.money_that_differs()

    def plan_of(self, person_id: int) -> str:
        customer = db.session.scalar(select(Customer.id).where(Customer.person_id == person_id))
        mine = [one for one in self.kinds["subscription"] if one["customer"] == customer]
        plans = [item.plan for one in mine if (item := self._paid_now(one)) and item.plan]
        return max(plans, key=lambda plan: plan.monthly_credits).id if plans else "free"

    def grants_that_differ(self, *, final: bool) -> Iterator[str]:
        """No payment brings more than it bought; `final`: nor less."""
        lots: dict[str, list[Lot]] = defaultdict(list)
        for lot in db.session.scalars(select(Lot).where(Lot.source.is_not(None)), execution_options=FRESH):
            lots[str(lot.source)].append(lot)
        bought = dict(self._bought())
        for source in lots.keys() | bought.keys():
            least, most = bought.get(source, (0, 0))
            granted = sum(lot.amount for lot in lots[source])
            if granted > most or (final and granted < least):
                yield f"{source} brought {granted}, not {least} to {most}"
            if final:
                yield from self._taken_wrongly(source, lots[source])

    def money_that_differs(self) -> Iterator[str]:
        known = {row.source: row for row in db.session.scalars(select(Payment), execution_options=FRESH)}
        for source, charge in self._charges():
            row = known.pop(source, None)
            ours = row and (row.amount, row.refunded, row.disputed)
            theirs = (charge["amount"], charge["amount_refunded"], self._withheld(charge))
            if ours != theirs:
                yield f"of {source} we say {ours} and Stripe says {theirs}"
        yield from (f"{row.source} is no payment" for row in known.values() if row.amount and row.payment_intent)

    def _paid_now(self, subscription: Obj) -> Item | None:
        if subscription["status"] in OVER:
            return None
        begun = [line for line in self._lines(subscription) if _at(line["period"]["start"]) <= self.now]
        last = max(begun, key=_order, default=None)
        if last is None:
            return None
        until = _at(last["period"]["end"]) + SETTLING
        if subscription["status"] == "past_due":
            until = max(until, self._unpaid_since(subscription) + GRACE)
        return self._item(last) if self.now < until else None

    def _unpaid_since(self, subscription: Obj) -> datetime:
        owed = [one for one in self._invoices(subscription) if one["status"] in ("open", "uncollectible")]
        starts = [line["period"]["start"] for line in owed[0]["lines"]["data"] if line["amount"] > 0]
        return _at(min(starts))

    def _bought(self) -> Iterator[tuple[str, tuple[int, int]]]:
        """By payment: how many credits have to be granted of it by now, and how many may be."""
        for session in self.kinds["checkout.session"]:
            pack = ITEMS[session["metadata"]["item"]].pack
            if pack and session["payment_status"] == "paid":
                yield session["id"], (pack.credits, pack.credits)
        for subscription in self.kinds["subscription"]:
            lines = self._lines(subscription)
            plain = not any(_is_change(line) for line in lines) and len({_price(line) for line in lines}) == 1
            plain = plain and not any(self._is_cut_short(line, lines) for line in lines)
            for invoice in self._invoices(subscription):
                mine = [line for line in self._lines(subscription) if line in invoice["lines"]["data"]]
                least = sum(self._begun(line, subscription) for line in mine) if plain else 0
                yield invoice["id"], (least, sum(self._worth(line) for line in mine))

    def _worth(self, line: Obj) -> int:
        """The credits of the months that its money pays for, part of one rounded up."""
        item = self._item(line)
        assert item.plan is not None
        months = 1 if item.interval == "month" else 12
        share = Fraction(line["amount"], item.cents) if line["amount"] else Fraction(1)
        return -int(-share * months * item.plan.monthly_credits // 1)

    def _begun(self, line: Obj, subscription: Obj) -> int:
        """Of a whole period: the credits of the months that have begun while it ran."""
        item, starts, ends = self._item(line), _at(line["period"]["start"]), _at(line["period"]["end"])
        assert item.plan is not None
        if line["amount"] == 0:
            return 0  # a trial's are granted unless it is heard of too late
        ended = _at(subscription["ended_at"]) if subscription["ended_at"] else self.now + timedelta(1)
        count = 1 if item.interval == "month" else 12
        begins = [_months_after(starts, number) for number in range(count)]
        return sum(begin <= self.now and begin < min(ended, ends) for begin in begins) * item.plan.monthly_credits

    def _is_cut_short(self, line: Obj, lines: list[Obj]) -> bool:
        return any(line["period"]["start"] < other["period"]["start"] < line["period"]["end"] for other in lines)

    def _taken_wrongly(self, source: str, lots: list[Lot]) -> Iterator[str]:
        charge = dict(self._charges()).get(source)
        gone = min(charge["amount"], charge["amount_refunded"] + self._withheld(charge)) if charge else 0
        share = Fraction(gone, charge["amount"]) if charge else Fraction(0)
        for lot in lots:
            wanted, own = int(lot.amount * share), lot.taken - lot.elsewhere
            exact = own + lot.elsewhere + lot.lapsed == wanted or lot.elsewhere == 0
            if not (exact and lot.taken <= wanted <= lot.taken + lot.lapsed):
                yield f"of lot {lot.id} of {source} {lot.taken} were taken, not {wanted}"

    def _charges(self) -> Iterator[tuple[str, Obj]]:
        """What was paid, by the payment it was for."""
        charges = {one["payment_intent"]: one for one in self.kinds["charge"] if one["paid"]}
        for session in self.kinds["checkout.session"]:
            if session["mode"] == "payment" and session["payment_status"] == "paid":
                yield session["id"], charges[session["payment_intent"]]
        for payment in self.kinds["invoice_payment"]:
            invoice = next(one for one in self.kinds["invoice"] if one["id"] == payment["invoice"])
            intent = payment["payment"]["payment_intent"]
            if payment["status"] == "paid" and invoice["parent"] and intent in charges:
                yield invoice["id"], charges[intent]

    def _withheld(self, charge: Obj) -> int:
        mine = (one for one in self.kinds["dispute"] if one["charge"] == charge["id"])
        return sum(one["amount"] for one in mine if one["status"] != "won")

    def _invoices(self, subscription: Obj) -> list[Obj]:
        mine = (one for one in self.kinds["invoice"] if one["parent"])
        return [one for one in mine if one["parent"]["subscription_details"]["subscription"] == subscription["id"]]

    def _lines(self, subscription: Obj) -> list[Obj]:
        """Every stretch of time that was paid for, or tried."""
        paid = [one for one in self._invoices(subscription) if one["status"] == "paid"]
        tried = subscription["id"] in self.trials
        lines = [(line, invoice) for invoice in paid for line in invoice["lines"]["data"]]
        trial = "subscription_create"
        return [
            line
            for line, invoice in lines
            if line["amount"] > 0 or (line["amount"] == 0 and tried and invoice["billing_reason"] == trial)
        ]

    def _item(self, line: Obj) -> Item:
        return self.items[_price(line)]


FRESH = {"populate_existing": True}


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _price(line: Obj) -> str:
    return str(line["pricing"]["price_details"]["price"])


def _is_change(line: Obj) -> bool:
    return bool(line["parent"]["subscription_item_details"]["proration"])


def _order(line: Obj) -> tuple[int, bool, int]:
    return line["period"]["start"], _is_change(line), line["period"]["end"]


def _months_after(start: datetime, count: int) -> datetime:
    year, month = divmod(start.year * 12 + start.month - 1 + count, 12)
    return start.replace(year=year, month=month + 1, day=min(start.day, monthrange(year, month + 1)[1]))
