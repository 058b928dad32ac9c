"""Buying at the test checkout without its pages: what a customer does, what the bank does, what the clock brings."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.accounts import people
from app.accounts.models import Person as PersonRow
from app.billing.plans import ITEMS
from app.credits import statement
from app.credits.models import Line, Lot, Wallet
from app.credits.reconcile import discrepancies
from app.extensions import Model, db, transaction
from app.mail.models import Mail
from app.payments import catalogue, checkout, duties, hearing, reconcile, test_events
from app.payments.gateway import stripe
from app.payments.models import Customer, PaidPeriod, Payment, StripeEvent, Subscription, Trial
from app.till import events, hands, life
from app.till.models import TillEvent, TillObject
from tests.conftest import Clock

ORIGIN = "http://limn.example"
KEPT: tuple[type[Model], ...] = (
    *(Customer, Subscription, PaidPeriod, Payment, Trial, StripeEvent),
    *(Mail, Wallet, Lot, Line),
)
PASSING = {"id", "version", "seen_at", "received_at", "created_at", "next_at"}  # of a row, and not of how things stand


@dataclass
class Desk:
    """The other side of the counter, on an app with its context open."""

    app: Flask
    time: Clock
    orders: int = 0
    _people: dict[str, int] = field(default_factory=dict)

    def joins(self, name: str) -> int:
        """Somebody with an account; their id."""
        return people.register(f"{name}@limn.example", "correct horse battery", self.time.now()).id

    def person(self, person_id: int) -> PersonRow:
        found = db.session.get(PersonRow, person_id, populate_existing=True)
        assert found is not None
        return found

    def opens(self, person_id: int, item: str) -> str:
        """A checkout that waits to be paid; its id."""
        self.orders += 1
        checkout.start(self.person(person_id), ITEMS[item], ORIGIN, f"press {self.orders}", self.time.now())
        return self.latest("checkout.session")

    def buys(self, person_id: int, item: str, card: str = "works") -> str:
        """Buys, and nobody has heard of it yet. The session's id."""
        session = self.opens(person_id, item)
        assert hands.pay(session, card, self.time.now()) == (card != "declined")
        return session

    def hears(self) -> int:
        """The webhook is told of all that happened."""
        return test_events.deliver(self.time.now())

    def passes(self, **step: float) -> None:
        """Time goes by, and everything happens at its own time and is told at once."""
        until = self.time.now() + timedelta(**step)
        for _ in range(1000):
            due = [when for when in (life.next_due(), _next_grant(), _next_end()) if when is not None]
            if not due or min(due) > until:
                break
            self.time.time = max(self.time.now(), min(due))
            duties.every_minute(self.time.now())
        else:
            raise AssertionError(f"at {self.time.now()} something is due and is not done")
        self.time.time = until
        duties.every_minute(until)

    def latest(self, kind: str) -> str:
        newest = select(TillObject.id).where(TillObject.kind == kind).order_by(TillObject.number.desc())
        return str(db.session.scalars(newest.limit(1)).one())

    def truth(self, thing: str) -> dict[str, Any]:
        """An object of the till, by its id."""
        return dict(db.session.scalars(select(TillObject.body).where(TillObject.id == thing)).one())

    def twists(self, thing: str, **fields: Any) -> None:
        """Something is other at Stripe than we sold it."""
        with transaction() as tx:
            row = tx.get_one(TillObject, thing)
            row.body = {**row.body, **fields}

    def subscription(self) -> str:
        return self.latest("subscription")

    def upgrades(self, subscription: str, item: str) -> None:
        """In the portal, to another item: at once, or at the end of the period where that is the rule."""
        hands.change_item(subscription, catalogue.price_id(ITEMS[item]), self.time.now())

    def untold(self) -> list[TillEvent]:
        return events.unheard(1000)

    def says(self, event: TillEvent | dict[str, Any]) -> str:
        """One event comes in, signed. What became of it."""
        body = json.dumps(event) if isinstance(event, dict) else event.body
        return hearing.receive(body.encode(), events.sign(body), self.time.now())

    def bought(self, item: str = "max-month") -> tuple[int, dict[str, Any]]:
        """Ann has bought something, and nobody has told us: she, and the event that will."""
        ann = self.joins("ann")
        self.buys(ann, item)
        [body] = [each.body for each in self.untold() if each.type == "checkout.session.completed"]
        return ann, json.loads(body)

    def outcomes(self) -> list[tuple[str, str]]:
        """How each event that was noted ended, and why."""
        db.session.rollback()
        return [(row.outcome, row.note) for row in db.session.scalars(select(StripeEvent).order_by(StripeEvent.id))]

    def event(self, kind: str, thing: dict[str, Any]) -> dict[str, Any]:
        """An event that Stripe might send, of a type and about an object."""
        made = {"id": f"evt_{kind}", "object": "event", "type": kind, "created": int(self.time.now().timestamp())}
        return {**made, "livemode": False, "data": {"object": thing}}

    def credits(self, person_id: int) -> int:
        return statement.balance(person_id, self.time.now())

    def plan(self, person_id: int) -> str:
        return self.person(person_id).plan

    def until(self, person_id: int) -> datetime | None:
        return self.person(person_id).plan_until

    def mails(self, kind: str) -> list[Mail]:
        return list(db.session.scalars(select(Mail).where(Mail.kind == kind).order_by(Mail.id)))

    def differences(self) -> list[str]:
        """What reconcile finds, and what does not add up."""
        found = reconcile.reconcile(self.time.now())
        return found.mended + found.failed + [str(each) for each in discrepancies()]

    def state(self) -> dict[str, list[tuple[Any, ...]]]:
        """All that we keep about money, row by row, but for what tells in which order it came."""
        db.session.rollback()
        return {model.__tablename__: sorted(map(_plain, db.session.scalars(select(model))), key=repr) for model in KEPT}

    def price(self, item: str) -> dict[str, Any]:
        return stripe().v1.prices.retrieve(catalogue.price_id(ITEMS[item])).to_dict()


def _plain(row: Model) -> tuple[Any, ...]:
    passing = PASSING | {"balance"} if isinstance(row, Line) else PASSING
    names = [column.key for column in row.__table__.columns if column.key not in passing]
    return tuple((name, getattr(row, name)) for name in names)


def _next_grant() -> datetime | None:
    return db.session.scalar(select(Subscription.next_grant_at).order_by(Subscription.next_grant_at).limit(1))


def _next_end() -> datetime | None:
    wanted = select(PersonRow.plan_until).where(PersonRow.plan_until.is_not(None))
    return db.session.scalar(wanted.order_by(PersonRow.plan_until).limit(1))
