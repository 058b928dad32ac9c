"""Comparing Stripe's truth with ours, and mending ours: what an event would have done, had it come."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.payments import entitlement, granting, syncing
from app.payments.fetching import listed
from app.payments.gateway import asking
from app.payments.models import Customer, Payment, Subscription
from app.payments.subjects import Subject
from app.payments.truth import Object, named
from app.refusals import Refusal

UNLINKED_FOR = timedelta(days=30)  # how far back checkouts are looked for whose customer nobody linked
PAGE = 100

log = logging.getLogger(__name__)


@dataclass
class Found:
    """`mended`: what was not as Stripe says, in words; `failed`: what could not be looked at, and why."""

    mended: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def reconcile(now: datetime) -> Found:
    """Look at every checkout and subscription of every customer. Twice in a row, the second finds nothing."""
    found = Found()
    looked: set[Subject] = set()
    for subject in _subjects(found, now):
        if subject not in looked:
            looked.add(subject)
            _look(subject, now, found)
    months, ended = granting.grant_due(now), entitlement.end_overdue(now)
    found.mended += [f"{months} months granted"] * bool(months) + [f"{ended} plans ended"] * bool(ended)
    return found


def _subjects(found: Found, now: datetime) -> Iterator[Subject]:
    """All there is to look at: what Stripe lists, and what only we know of."""
    for customer in db.session.scalars(select(Customer.id).order_by(Customer.person_id)).all():
        yield from _listed(found, customer)
    yield from _recent_checkouts(found, now - UNLINKED_FOR)
    for subscription_id in db.session.scalars(select(Subscription.id).order_by(Subscription.id)).all():
        yield Subject("subscription", subscription_id)
    packs = select(Payment.source).where(Payment.subscription_id.is_(None)).order_by(Payment.id)
    for session_id in db.session.scalars(packs).all():
        yield Subject("session", session_id)


def _listed(found: Found, customer: str) -> list[Subject]:
    try:
        with asking(f"list what {customer} bought") as stripe:
            by: Any = {"customer": customer, "limit": PAGE}
            sessions = listed(lambda: stripe.v1.checkout.sessions.list(by)) or []
            ended_too: Any = {**by, "status": "all"}
            subscriptions = listed(lambda: stripe.v1.subscriptions.list(ended_too)) or []
    except Refusal as refusal:
        found.failed.append(f"{customer}: {refusal.message}")
        return []
    packs = [Subject("session", str(each["id"])) for each in sessions if _is_paid_pack(each)]
    return packs + [Subject("subscription", str(each["id"])) for each in subscriptions]


def _recent_checkouts(found: Found, since: datetime) -> list[Subject]:
    """Of customers nobody linked: the event that would have was lost."""
    known = set(db.session.scalars(select(Customer.id)))
    try:
        with asking("list the checkouts of late") as stripe:
            wanted: Any = {"created": {"gte": int(since.timestamp())}, "limit": PAGE}
            sessions = listed(lambda: stripe.v1.checkout.sessions.list(wanted)) or []
    except Refusal as refusal:
        found.failed.append(f"checkouts: {refusal.message}")
        return []
    done = [each for each in sessions if each["status"] == "complete" and each["mode"] in ("payment", "subscription")]
    return [Subject("session", str(each["id"])) for each in done if named(each.get("customer")) not in known]


def _look(subject: Subject, now: datetime, found: Found) -> None:
    try:
        synced = syncing.look(subject, now)
    except Refusal as refusal:  # Rejected too
        found.failed.append(f"{subject.kind} {subject.id}: {refusal.message}")
    except Exception as error:
        log.exception("%s %s", subject.kind, subject.id)
        found.failed.append(f"{subject.kind} {subject.id}: {type(error).__name__}, see the log")
    else:
        found.mended += [f"{subject.kind} {subject.id}: {line}" for line in synced.changed]
        found.failed += [f"invoice {invoice}: {why}" for invoice, why in synced.doubts.items()]


def _is_paid_pack(session: Object) -> bool:
    return session["mode"] == "payment" and session["payment_status"] in ("paid", "no_payment_required")
