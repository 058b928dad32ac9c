"""Refusals that somebody contests: a queue for the operator, who lets a prompt pass or stands by the refusal."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, delete, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model, Moment, db, insert_once, transaction
from app.jobs.asker import Asker

LONGEST = 1000  # characters of a prompt
KEPT = timedelta(days=90)  # after the ruling, or without one


class Ruling(StrEnum):
    OPEN = "open"
    ALLOWED = "allowed"
    UPHELD = "upheld"


class Contest(Model):
    """One prompt that was refused, as its author wrote it. A second press on the same one changes nothing."""

    __tablename__ = "contests"
    __table_args__ = (Index("ix_contests_queue", "ruling", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    prompt_hash: Mapped[str] = mapped_column(String(64), unique=True)  # of the prompt as the policy reads it
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    network: Mapped[str] = mapped_column(String(50))
    prompt: Mapped[str] = mapped_column(String(LONGEST))
    category: Mapped[str] = mapped_column(String(40))
    ruling: Mapped[str] = mapped_column(String(10), default=Ruling.OPEN)
    created_at: Mapped[datetime] = mapped_column(Moment)
    ruled_at: Mapped[datetime | None] = mapped_column(Moment)


def file(asker: Asker, prompt: str, category: str, prompt_hash: str, now: datetime) -> bool:
    """Put a refusal into the operator's queue. False if it is there already."""
    values = {"person_id": asker.person_id, "network": asker.network, "prompt": prompt[:LONGEST], "category": category}
    with transaction() as tx:
        return insert_once(tx, Contest, prompt_hash=prompt_hash, ruling=Ruling.OPEN, created_at=now, **values)


def allowed(prompt_hash: str) -> bool:
    """Whether the operator lets this prompt pass."""
    found = select(Contest.id).where(Contest.prompt_hash == prompt_hash, Contest.ruling == Ruling.ALLOWED)
    return db.session.scalar(found) is not None


def queue(ruling: Ruling | None) -> list[Contest]:
    """The oldest first; of one ruling, or all."""
    listed = select(Contest).order_by(Contest.created_at, Contest.id)
    return list(db.session.scalars(listed if ruling is None else listed.where(Contest.ruling == ruling)))


def rule(contest_id: int, ruling: Ruling, now: datetime) -> Contest | None:
    """Allow a prompt from now on, or stand by the refusal; it can be changed. None if there is no such contest."""
    with transaction() as tx:
        this = update(Contest).where(Contest.id == contest_id)
        return tx.scalar(this.values(ruling=ruling, ruled_at=now).returning(Contest))


def forget_old(now: datetime) -> int:
    """Forget whose refusal was upheld or never looked at, after a while. What is allowed stays allowed."""
    over = func.coalesce(Contest.ruled_at, Contest.created_at) < now - KEPT
    with transaction() as tx:
        gone = delete(Contest).where(over, Contest.ruling != Ruling.ALLOWED)
        return len(tx.execute(gone.returning(Contest.id)).all())
