"""The deliverer's side of the outbox: claim what is due, send it, note how it went, try again later.

A try is a claim by compare-and-set with a lease. Whoever dies with it costs its lease, and at worst the message goes
out twice, under the same id.
"""

import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import aliased

from app import clock
from app.extensions import db, transaction
from app.webhooks import receiver, sending, signing
from app.webhooks.addresses import Unreachable
from app.webhooks.models import WAITING, Attempt, Delivery, DeliveryState, Webhook

LEASE = timedelta(seconds=60)  # a try takes 15 seconds, and what asking for a name takes
RETRIES = (  # how long after one try the next comes: twelve tries in 24 hours
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(hours=4),
    timedelta(hours=5),
    timedelta(hours=5, minutes=30),
    timedelta(hours=5, minutes=30),
)
JITTER = 0.05  # of a wait, more or less, so that what failed together does not come back together
MOST_ASKED = timedelta(hours=1)  # a receiver may ask to be left alone so long
GONE = 410

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    """How a try went. `final` says that another is of no use."""

    status: int | None = None
    answer: str = ""
    error: str = ""
    asked: timedelta = timedelta()
    final: bool = False

    @property
    def delivered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def deliver_next() -> bool:
    """Try the next message that is due. False if none is."""
    delivery = claim(clock.now())
    if delivery is None:
        return False
    began = monotonic()
    outcome = _try(delivery, clock.now())
    seconds = round(monotonic() - began, 2)
    logger.info("message %s, try %d: %s", delivery.message, delivery.tries, outcome.status or outcome.error)
    _record(delivery, outcome, seconds, clock.now())
    return True


def claim(now: datetime) -> Delivery | None:
    """The next due message, with a lease. New ones go before those that failed before."""
    if db.session.scalar(select(Delivery.id).where(_due(now)).limit(1)) is None:
        return None  # a cheap look before the write lock is asked for: idle deliverers ask every second
    next_one = select(Delivery.id).where(_due(now)).order_by(Delivery.tries, Delivery.next_at, Delivery.id).limit(1)
    take = (
        update(Delivery)
        .where(Delivery.id == next_one.with_for_update(skip_locked=True).scalar_subquery())
        .values(
            state=DeliveryState.SENDING,
            attempts=Delivery.attempts + 1,
            tries=Delivery.tries + 1,
            next_at=now + LEASE,
        )
    )
    with transaction(lasting=False) as tx:
        return tx.scalar(take.returning(Delivery))


def _due(now: datetime) -> ColumnElement[bool]:
    """Waiting, or left by one who died; and nothing else is being sent to this person.

    So whoever's receiver hangs keeps one deliverer busy, and only their own messages wait.
    """
    other = aliased(Delivery)
    busy = select(other.id).where(
        other.person_id == Delivery.person_id, other.state == DeliveryState.SENDING, other.next_at > now
    )
    return and_(Delivery.state.in_(WAITING), Delivery.next_at <= now, ~busy.exists())


def _try(delivery: Delivery, now: datetime) -> Outcome:
    webhook = db.session.get_one(Webhook, delivery.person_id)
    url = webhook.url if delivery.target == "account" else delivery.url
    if url is None:
        return Outcome(error="Your account has no webhook address any more.", final=True)
    delivery.url = url  # it may have changed since
    headers = signing.headers(delivery.message, delivery.body, receiver.signing(webhook, now), now)
    db.session.remove()  # no transaction stays open while somebody else's server takes its time
    try:
        answer = sending.send(url, headers, delivery.body)
    except Unreachable as error:
        return Outcome(error=str(error))
    except Exception:
        logger.exception("message %s could not be sent", delivery.message)
        return Outcome(error="This could not be sent, and it is our fault.")
    asked = min(timedelta(seconds=answer.retry_after or 0), MOST_ASKED)
    return Outcome(answer.status, answer.text, _said(answer.status), asked, final=answer.status == GONE)


def _said(status: int) -> str:
    if 300 <= status < 400:
        return "It redirects, and webhooks follow no redirects. Set the address it leads to."
    return "It wants no more messages of this kind." if status == GONE else ""


def _record(delivery: Delivery, outcome: Outcome, seconds: float, now: datetime) -> None:
    """Note the try, whatever it is worth; what follows from it only if the lease was not lost."""
    mine = and_(
        Delivery.id == delivery.id,
        Delivery.attempts == delivery.attempts,
        Delivery.state == DeliveryState.SENDING,
    )
    with transaction() as tx:
        if tx.get(Delivery, delivery.id) is None:  # pruned meanwhile
            return
        tx.add(
            Attempt(
                delivery_id=delivery.id,
                at=now,
                status=outcome.status,
                answer=outcome.answer,
                error=outcome.error[:300],
                seconds=seconds,
            )
        )
        tx.execute(update(Delivery).where(mine).values(url=delivery.url, **_after(delivery.tries, outcome, now)))


def _after(tries: int, outcome: Outcome, now: datetime) -> dict[str, Any]:
    if outcome.delivered:
        return {"state": DeliveryState.DELIVERED, "next_at": now}
    if outcome.final or tries > len(RETRIES):
        return {"state": DeliveryState.FAILED, "next_at": now}
    return {"state": DeliveryState.PENDING, "next_at": now + max(_wait(tries), outcome.asked)}


def _wait(tries: int) -> timedelta:
    return RETRIES[tries - 1] * (1 + JITTER * (2 * secrets.randbelow(1001) / 1000 - 1))
