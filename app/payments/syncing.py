"""Bringing what we know of a subscription, a checkout or a payment to Stripe's truth: ask for all of it, then write.

The event handler, the page after a checkout and `flask billing reconcile` all come by here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.extensions import db, transaction
from app.payments import applying, fetching, trials
from app.payments.applying import Owner, Stale
from app.payments.gateway import asking, once
from app.payments.models import Customer, Payment, Subscription
from app.payments.subjects import Subject
from app.payments.truth import Bought, Rejected, Subscribed
from app.refusals import Refusal

TRIES = 10  # somebody else wrote in between each time: then there is a mistake

Note = Callable[[Session, "Synced"], bool]
"""Writes why all this is done, in the same transaction. False if it was done before: then nothing else is written."""


@dataclass(frozen=True)
class Synced:
    """What was found. `doubts`: invoices that count for nothing, and why."""

    changed: list[str]
    doubts: dict[str, str]


def _no_note(_tx: Session, _synced: Synced) -> bool:
    return True


def session(session_id: str, now: datetime) -> list[str]:
    """Look at a checkout. What changed; Rejected if it is not one of ours."""
    return look(Subject("session", session_id), now).changed


def subscription(subscription_id: str, now: datetime) -> list[str]:
    """Look at a subscription. What changed; Rejected if it is not one of ours."""
    return look(Subject("subscription", subscription_id), now).changed


def payment(payment_intent: str, now: datetime) -> list[str]:
    """Look at what a payment was for. What changed; Rejected if that is none of ours."""
    return look(Subject("payment", payment_intent), now).changed


def look(subject: Subject, now: datetime, note: Note = _no_note) -> Synced:
    """Ask Stripe for a subject's whole truth and write it down with all that follows, in one transaction.

    Raises Rejected for what is not ours; refuses with `billing_unavailable` while Stripe does not answer.
    """
    if subject.kind == "payment":
        kind, found = fetching.subject_of_payment(subject.id)
        subject = Subject("session" if kind == "session" else "subscription", found)
    for _ in range(TRIES):
        try:
            return _look_once(subject, now, note)
        except Stale:
            db.session.rollback()
    raise Refusal("billing_unavailable", "Too much happens at once. Try again.", retry_after=5)


def _look_once(subject: Subject, now: datetime, note: Note) -> Synced:
    if subject.kind == "session":
        return _checkout(subject.id, now, note)
    if subject.kind == "customer":
        return _customer(subject.id, now, note)
    return _subscription(subject.id, now, note)


def _subscription(subscription_id: str, now: datetime, note: Note, named: Bought | None = None) -> Synced:
    seen = _seen(subscription_id)
    found = fetching.subscription(subscription_id)
    owner = _owner_of_subscription(found, named)
    found = _without_second_trial(owner, found)
    with transaction() as tx:
        return _noted(tx, note, found, lambda: applying.subscription(tx, owner, found, seen, now))


def _checkout(session_id: str, now: datetime, note: Note) -> Synced:
    seen = db.session.scalar(select(Payment.version).where(Payment.source == session_id))
    found = fetching.session(session_id)
    if found.subscription:
        return _subscription(found.subscription, now, note, named=found)
    known = db.session.scalar(select(Payment.person_id).where(Payment.source == session_id))
    owner = Owner(known) if known else _owner_of_checkout(found)
    with transaction() as tx:
        return _noted(tx, note, None, lambda: applying.checkout(tx, owner, found, seen, now))


def _customer(customer_id: str, now: datetime, note: Note) -> Synced:
    """A customer is gone at Stripe, and their subscriptions with them."""
    owner = _person_with(customer_id)
    if owner is None:
        raise Rejected("unknown customer")
    known = select(Subscription.id, Subscription.version).where(Subscription.person_id == owner)
    looked = [(fetching.subscription(row.id), row.version) for row in db.session.execute(known).all()]
    mine = [(found, seen) for found, seen in looked if found.customer == customer_id]

    def write(tx: Session) -> list[str]:
        return [line for found, seen in mine for line in applying.subscription(tx, Owner(owner), found, seen, now)]

    with transaction() as tx:
        return _noted(tx, note, None, lambda: write(tx))


def _noted(tx: Session, note: Note, found: Subscribed | None, write: Callable[[], list[str]]) -> Synced:
    doubts = dict(found.doubts) if found else {}
    if not note(tx, Synced([], doubts)):
        return Synced([], doubts)
    return Synced(write(), doubts)


def _without_second_trial(owner: Owner, found: Subscribed) -> Subscribed:
    """A trial that is one too many ends at Stripe before it begins here."""
    if not trials.is_second(owner.person_id, found):
        return found
    with asking(f"cancel the second trial {found.id}") as stripe:
        stripe.v1.subscriptions.cancel(found.id, {}, once(f"second-trial:{found.id}", {}))
    return fetching.subscription(found.id)


def _seen(subscription_id: str) -> int | None:
    return db.session.scalar(select(Subscription.version).where(Subscription.id == subscription_id))


def _owner_of_subscription(found: Subscribed, named: Bought | None) -> Owner:
    """Whose it has always been, or whom its checkout names, or whose customer it is of."""
    known = db.session.scalar(select(Subscription.person_id).where(Subscription.id == found.id))
    if known and named and named.person_id not in (None, known):
        raise Rejected("someone else's subscription")
    if named and not known:
        return _owner_of_checkout(named)
    person_id = known or _person_with(found.customer)
    if person_id is None:
        raise Rejected("unknown customer")
    return Owner(person_id)


def _owner_of_checkout(found: Bought) -> Owner:
    """Whom a checkout names, if the customer who paid is theirs, or is nobody's and they have no other."""
    theirs = _person_with(found.customer) if found.customer else None
    if found.person_id is None and theirs is None:
        raise Rejected("unknown customer")
    if found.person_id is None or found.person_id == theirs:
        return Owner(theirs or 0)
    if theirs is not None:
        raise Rejected("someone else's customer")
    if db.session.scalar(select(Person.id).where(Person.id == found.person_id)) is None:
        raise Rejected("unknown person")
    if found.customer and db.session.scalar(select(Customer.id).where(Customer.person_id == found.person_id)):
        raise Rejected("the person is another customer")
    return Owner(found.person_id, found.customer)


def _person_with(customer_id: str) -> int | None:
    return db.session.scalar(select(Customer.person_id).where(Customer.id == customer_id))
