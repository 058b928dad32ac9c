"""One free trial for a person, and one for a card."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.extensions import db, insert_once
from app.payments.models import Trial
from app.payments.truth import Subscribed


def is_second(person_id: int, found: Subscribed) -> bool:
    """Whether a trial that runs now is one too many: this person had one before, or this card."""
    return found.status == "trialing" and _taken(db.session(), person_id, found)


def claim(tx: Session, person_id: int, found: Subscribed, now: datetime) -> bool:
    """Note the trial of a subscription as this person's and this card's only one. False if it is one too many."""
    row = {"person_id": person_id, "subscription_id": found.id, "fingerprint": found.card, "started_at": now}
    return insert_once(tx, Trial, **row) or not _taken(tx, person_id, found)


def _taken(session: Session, person_id: int, found: Subscribed) -> bool:
    """Whether somebody else, or another subscription of theirs, has it."""
    same = or_(Trial.person_id == person_id, Trial.fingerprint == (found.card or ""))
    others = select(Trial.person_id).where(same, Trial.subscription_id != found.id).limit(1)
    own = select(Trial.person_id).where(Trial.subscription_id == found.id)
    return session.scalar(own) is None and session.scalar(others) is not None
