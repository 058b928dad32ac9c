"""The sender's side of the outbox: claim what is due, send it, note how it went, try again later.

As with webhooks, a try is a claim by compare-and-set with a lease. Whoever dies with it costs its lease, and at worst
the mail arrives twice, under the same Message-ID.
"""

import logging
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.orm import aliased

from app import clock
from app.extensions import db, transaction
from app.mail import sending
from app.mail.kinds import KINDS, Facts, Linked
from app.mail.message import message
from app.mail.models import Mail, MailState

LEASE = timedelta(minutes=3)  # a try takes a minute at most, and what asking for a name takes
RETRIES = (  # how long after one try the next comes: ten tries in 24 hours
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(hours=4),
    timedelta(hours=8),
    timedelta(hours=8),
)
JITTER = 0.05  # of a wait, more or less, so that what failed together does not come back together
AT_ONCE = 2  # mails on their way: a mail server that hangs leaves other threads to the webhooks
WAITING = (MailState.PENDING, MailState.SENDING)
OUR_FAULT = "This could not be sent, and it is our fault: see the log."

logger = logging.getLogger(__name__)


def deliver_next() -> bool:
    """Try the next mail that is due. False if none is."""
    mail = claim(clock.now())
    if mail is None:
        return False
    after = _after(mail, clock.now())
    logger.info("mail %d (%s), try %d: %s", mail.id, mail.kind, mail.attempts, after.get("error") or after["state"])
    _record(mail, after)
    return True


def claim(now: datetime) -> Mail | None:
    """The next due mail, with a lease. New ones go before those that failed before."""
    if db.session.scalar(select(Mail.id).where(_due(now)).limit(1)) is None:
        return None  # a cheap look before the write lock is asked for: idle senders ask every second
    next_one = select(Mail.id).where(_due(now)).order_by(Mail.attempts, Mail.next_at, Mail.id).limit(1)
    take = (
        update(Mail)
        .where(Mail.id == next_one.with_for_update(skip_locked=True).scalar_subquery())
        .values(state=MailState.SENDING, attempts=Mail.attempts + 1, next_at=now + LEASE)
    )
    with transaction(lasting=False) as tx:
        return tx.scalar(take.returning(Mail))


def _due(now: datetime) -> ColumnElement[bool]:
    """Waiting, or left by one who died; and not too many are being sent."""
    other = aliased(Mail)
    on_their_way = select(func.count()).where(other.state == MailState.SENDING, other.next_at > now)
    return and_(Mail.state.in_(WAITING), Mail.next_at <= now, on_their_way.scalar_subquery() < AT_ONCE)


def _after(mail: Mail, now: datetime) -> dict[str, Any]:
    """Try it; what its row says after that."""
    db.session.remove()  # no transaction stays open while the mail server takes its time
    try:
        sending.send(message(mail))
    except sending.Refused as error:
        return _failed(mail, now, str(error))
    except sending.NotSent as error:
        return _later(mail, now, str(error))
    except Exception:
        logger.exception("mail %d (%s) could not be sent", mail.id, mail.kind)
        return _later(mail, now, OUR_FAULT)
    return {"state": MailState.SENT, "sent_at": now, "next_at": now, "error": "", **_forgotten(mail)}


def _later(mail: Mail, now: datetime, error: str) -> dict[str, Any]:
    if mail.attempts > len(RETRIES):
        return _failed(mail, now, error)
    wait = RETRIES[mail.attempts - 1] * (1 + JITTER * (2 * secrets.randbelow(1001) / 1000 - 1))
    return {"state": MailState.PENDING, "next_at": now + wait, "error": error[:300]}


def _failed(mail: Mail, now: datetime, error: str) -> dict[str, Any]:
    return {"state": MailState.FAILED, "next_at": now, "error": error[:300], **_forgotten(mail)}


def _forgotten(mail: Mail) -> dict[str, Any]:
    """What lets somebody act stands in nobody's database longer than it must."""
    return {"facts": {}} if issubclass(KINDS.get(mail.kind, Facts), Linked) else {}


def _record(mail: Mail, after: dict[str, Any]) -> None:
    """Note how it went, if the lease was not lost."""
    mine = and_(Mail.id == mail.id, Mail.attempts == mail.attempts, Mail.state == MailState.SENDING)
    with transaction() as tx:
        tx.execute(update(Mail).where(mine).values(**after))
