"""Refusals that somebody contests: a queue for the operator, who lets a prompt pass or stands by the refusal."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model, Moment


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
    prompt: Mapped[str] = mapped_column(String(1000))
    category: Mapped[str] = mapped_column(String(40))
    ruling: Mapped[str] = mapped_column(String(10), default=Ruling.OPEN)
    created_at: Mapped[datetime] = mapped_column(Moment)
    ruled_at: Mapped[datetime | None] = mapped_column(Moment)
