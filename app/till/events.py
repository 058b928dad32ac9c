"""Events on their way to the webhook, signed as Stripe signs them."""

import hmac
import time
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select, update

from app.extensions import db, settings, transaction
from app.till.models import TillEvent


def unheard(limit: int) -> list[TillEvent]:
    """What the webhook has not taken yet, in the order in which it happened."""
    query = select(TillEvent).where(TillEvent.heard_at.is_(None)).order_by(TillEvent.number).limit(limit)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def heard(id: str, answer: str, now: datetime) -> None:  # noqa: A002 as Stripe calls it
    """The webhook took it, and said so."""
    with transaction() as tx:
        where = update(TillEvent).where(TillEvent.id == id, TillEvent.heard_at.is_(None))
        tx.execute(where.values(heard_at=now, answer=answer[:300]))


def latest(limit: int) -> list[TillEvent]:
    """Newest first."""
    query = select(TillEvent).order_by(TillEvent.number.desc()).limit(limit)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def sign(body: str) -> str:
    """The Stripe-Signature header. By the world's clock, for that is the one Stripe's library checks it by."""
    at = int(time.time())
    proof = hmac.new(secret().encode(), f"{at}.{body}".encode(), sha256).hexdigest()
    return f"t={at},v1={proof}"


def secret() -> str:
    """The endpoint's secret, which both sides work out."""
    return "whsec_" + hmac.new(settings().SECRET_KEY.encode(), b"test checkout", sha256).hexdigest()
