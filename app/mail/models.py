"""The outbox of mail."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model, Moment


class MailState(StrEnum):
    PENDING = "pending"
    SENDING = "sending"  # a sender has it
    SENT = "sent"
    FAILED = "failed"  # for a day nobody took it, or the address takes none


class Mail(Model):
    """One mail to one address. It is put into words when it is sent; the row keeps what it is about."""

    __tablename__ = "mails"
    __table_args__ = (Index("ix_mails_due", "state", "next_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)  # the occasion: one mail each
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    address: Mapped[str] = mapped_column(String(254))
    kind: Mapped[str] = mapped_column(String(40))  # the name of its templates
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    origin: Mapped[str] = mapped_column(String(300), default="")  # the address of the site, for links
    state: Mapped[str] = mapped_column(String(10), default=MailState.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)  # counts claims, and so is the fencing token of each
    created_at: Mapped[datetime] = mapped_column(Moment)
    next_at: Mapped[datetime] = mapped_column(Moment)  # when to try; of one being sent, when its lease ends
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    error: Mapped[str] = mapped_column(String(300), default="")
