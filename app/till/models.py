"""What the test checkout keeps: Stripe's objects as JSON, their events, and the requests that may come again."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model, Moment


class TillObject(Model):
    """One of Stripe's objects, as its API would show it."""

    __tablename__ = "till_objects"
    __table_args__ = (Index("ix_till_objects_kind", "kind", "number"), Index("ix_till_objects_customer", "customer"))

    id: Mapped[str] = mapped_column(String(255), primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)  # counts up: the order in which they were made
    kind: Mapped[str] = mapped_column(String(60))  # its `object`
    customer: Mapped[str | None] = mapped_column(String(255))
    due_at: Mapped[datetime | None] = mapped_column(Moment, index=True)  # when something happens to it by itself
    body: Mapped[dict[str, Any]] = mapped_column(JSON)


class TillEvent(Model):
    """One event, to be told to the webhook until it is heard."""

    __tablename__ = "till_events"
    __table_args__ = (Index("ix_till_events_unheard", "heard_at", "number"),)

    number: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(String(255), unique=True)
    type: Mapped[str] = mapped_column(String(80))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment)
    heard_at: Mapped[datetime | None] = mapped_column(Moment)
    answer: Mapped[str] = mapped_column(String(300), default="")  # what the webhook said


class TillRequest(Model):
    """A request with an idempotency key, and its answer."""

    __tablename__ = "till_requests"

    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    answer: Mapped[str] = mapped_column(Text)
    came_at: Mapped[datetime] = mapped_column(Moment)
