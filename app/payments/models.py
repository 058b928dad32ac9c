"""What we keep of Stripe's truth: who its customers are, what they subscribed to, what they paid, what it told us."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model, Moment


class Customer(Model):
    """A person as Stripe knows them."""

    __tablename__ = "customers"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    id: Mapped[str] = mapped_column(String(255), unique=True)  # cus_…
    created_at: Mapped[datetime] = mapped_column(Moment)


class Subscription(Model):
    """A subscription as Stripe last told us. `version` counts the writes: what was asked for earlier comes too late."""

    __tablename__ = "subscriptions"
    __table_args__ = (Index("ix_subscriptions_grants", "next_grant_at"),)

    id: Mapped[str] = mapped_column(String(255), primary_key=True)  # sub_…
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    version: Mapped[int] = mapped_column(default=0)
    status: Mapped[str] = mapped_column(String(30))  # Stripe's: trialing, active, past_due, canceled, unpaid, …
    item: Mapped[str] = mapped_column(String(40))  # of ITEMS: what it is for now
    next_item: Mapped[str | None] = mapped_column(String(40))  # what it changes to when the period ends
    started_at: Mapped[datetime] = mapped_column(Moment)
    period_end: Mapped[datetime] = mapped_column(Moment)
    trial_end: Mapped[datetime | None] = mapped_column(Moment)
    ends_at: Mapped[datetime | None] = mapped_column(Moment)  # it was canceled: when it ends, or ended
    past_due_since: Mapped[datetime | None] = mapped_column(Moment)
    paused: Mapped[bool] = mapped_column(default=False)
    next_grant_at: Mapped[datetime | None] = mapped_column(Moment)  # when the next paid month begins
    seen_at: Mapped[datetime] = mapped_column(Moment)


class PaidPeriod(Model):
    """A stretch of time that a paid invoice bought of a subscription: one of its lines. Months begin within it."""

    __tablename__ = "paid_periods"

    line_id: Mapped[str] = mapped_column(String(255), primary_key=True)  # il_…
    subscription_id: Mapped[str] = mapped_column(ForeignKey("subscriptions.id"), index=True)
    invoice_id: Mapped[str] = mapped_column(String(255), index=True)
    item: Mapped[str] = mapped_column(String(40))
    starts_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment)
    trial: Mapped[bool]
    change: Mapped[bool]  # begins in the middle of a month, when the plan was changed


class Payment(Model):
    """Money that came in: a paid invoice or a paid checkout. Amounts in cents."""

    __tablename__ = "payments"
    __table_args__ = (Index("ix_payments_listed", "person_id", "paid_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(255), unique=True)  # in_… or cs_…
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    subscription_id: Mapped[str | None] = mapped_column(String(255))
    item: Mapped[str] = mapped_column(String(40))
    what: Mapped[str] = mapped_column(String(200))
    amount: Mapped[int]
    tax: Mapped[int] = mapped_column(default=0)  # of the amount
    currency: Mapped[str] = mapped_column(String(3))
    payment_intent: Mapped[str | None] = mapped_column(String(255), index=True)
    number: Mapped[str | None] = mapped_column(String(80))  # of the invoice
    invoice_url: Mapped[str | None] = mapped_column(String(2000))
    pdf_url: Mapped[str | None] = mapped_column(String(2000))
    refunded: Mapped[int] = mapped_column(default=0)
    disputed: Mapped[int] = mapped_column(default=0)  # withheld by a dispute that is open or lost
    version: Mapped[int] = mapped_column(default=0)  # of a checkout's: as Subscription.version
    paid_at: Mapped[datetime] = mapped_column(Moment)


class Trial(Model):
    """A free trial, one for a person and one for a card."""

    __tablename__ = "trials"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    subscription_id: Mapped[str] = mapped_column(String(255), unique=True)
    fingerprint: Mapped[str | None] = mapped_column(String(255), unique=True)  # of the card
    started_at: Mapped[datetime] = mapped_column(Moment)


class StripeEvent(Model):
    """A verified event and what became of it, written with its effect in one transaction."""

    __tablename__ = "stripe_events"

    id: Mapped[str] = mapped_column(String(255), primary_key=True)  # evt_…
    type: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(String(255))  # the object it is about
    outcome: Mapped[str] = mapped_column(String(12))  # applied, ignored, rejected
    note: Mapped[str] = mapped_column(String(300), default="")  # why it was rejected
    created_at: Mapped[datetime] = mapped_column(Moment)
    received_at: Mapped[datetime] = mapped_column(Moment, index=True)


class TurnedAway(Model):
    """How many bodies came to the webhook that did not prove to be Stripe's. They are counted, not kept."""

    __tablename__ = "turned_away"

    day: Mapped[str] = mapped_column(String(10), primary_key=True)  # 2026-11-21
    reason: Mapped[str] = mapped_column(String(20), primary_key=True)  # signature, timestamp, malformed
    count: Mapped[int] = mapped_column(default=0)
