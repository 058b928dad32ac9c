"""Where to tell whom, what there is to tell, and how each try went."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model, Moment


class DeliveryState(StrEnum):
    PENDING = "pending"
    SENDING = "sending"  # a deliverer has it
    DELIVERED = "delivered"
    FAILED = "failed"  # for a day nobody took it


WAITING = (DeliveryState.PENDING, DeliveryState.SENDING)


class Webhook(Model):
    """A person's side of it: the secret that signs, and the address that hears of every job, if there is one."""

    __tablename__ = "webhooks"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    url: Mapped[str | None] = mapped_column(String(2000))
    secret: Mapped[str] = mapped_column(String(80))  # whsec_…; readable, for it must sign
    previous_secret: Mapped[str | None] = mapped_column(String(80))
    previous_until: Mapped[datetime | None] = mapped_column(Moment)


class Delivery(Model):
    """One message to one address, written in the transaction that ends the job. One without a job is a test."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        UniqueConstraint("job_id", "type", "target"),
        Index("ix_webhook_deliveries_due", "state", "next_at"),
        Index("ix_webhook_deliveries_log", "person_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message: Mapped[str] = mapped_column(String(40), unique=True)  # msg_…, the same on every try
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    job_id: Mapped[str | None] = mapped_column(String(32))
    type: Mapped[str] = mapped_column(String(40))  # job.succeeded, job.failed, job.canceled, webhook.test
    target: Mapped[str] = mapped_column(String(8))  # job or account: which setting named the address
    url: Mapped[str] = mapped_column(String(2000))
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default=DeliveryState.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)  # counts claims, and so is the fencing token of each
    tries: Mapped[int] = mapped_column(default=0)  # since it was written, or sent again by hand: what the wait follows
    created_at: Mapped[datetime] = mapped_column(Moment)
    next_at: Mapped[datetime] = mapped_column(Moment)  # when to try; of one being sent, when its lease ends


class Attempt(Model):
    """How one try went."""

    __tablename__ = "webhook_attempts"

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("webhook_deliveries.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    status: Mapped[int | None]  # of the answer; None: there was none
    answer: Mapped[str] = mapped_column(String(2000), default="")  # its beginning
    error: Mapped[str] = mapped_column(String(300), default="")
    seconds: Mapped[float]
