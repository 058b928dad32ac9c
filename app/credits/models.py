"""The ledger's rows. Lines are only ever added; a wallet and its lots are kept in step with them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model, Moment


class Wallet(Model):
    """What a person can spend now: the sum of their lines, and of what is left in their lots less their debt."""

    __tablename__ = "wallets"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    balance: Mapped[int] = mapped_column(default=0)
    debt: Mapped[int] = mapped_column(default=0)  # taken back after it was spent: the next credits pay it first
    welcomed: Mapped[str | None] = mapped_column(String(40))  # the last visit that brought something: ledger.visit


class Lot(Model):
    """Credits that came together and go together: a month's, a day's bonus, a pack."""

    __tablename__ = "lots"
    __table_args__ = (
        CheckConstraint("remaining >= 0", name="remaining"),
        Index("ix_lots_spendable", "person_id", "expires_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str] = mapped_column(String(20))  # monthly, bonus, plan, pack, gift, back
    amount: Mapped[int]
    remaining: Mapped[int]
    lapsed: Mapped[int] = mapped_column(default=0)  # how much of it expired
    taken: Mapped[int] = mapped_column(default=0)  # how much of it was taken back, when its money was
    elsewhere: Mapped[int] = mapped_column(default=0)  # how much of that came out of other lots, or is owed
    source: Mapped[str | None] = mapped_column(String(255), index=True)  # what was paid for it: invoice or checkout
    expires_at: Mapped[datetime | None] = mapped_column(Moment)


class Line(Model):
    """One movement. `amount` changes the balance; `balance` is what it was after.

    Keys: `grant:…` once per occasion, `hold:<job>`, `settle:<job>` for the ONE capture or release,
    `expire:<lot>:<job>:<moment>`, the job being the one whose release came after its lot had ended,
    `take:<person>:<number>` for what is taken back with its money, or given back: these alone lead below zero.
    """

    __tablename__ = "lines"
    __table_args__ = (Index("ix_lines_statement", "person_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str] = mapped_column(String(10))  # grant, hold, capture, release, expire, refund, dispute
    amount: Mapped[int]
    balance: Mapped[int]
    key: Mapped[str] = mapped_column(String(120), unique=True)
    what: Mapped[str] = mapped_column(String(200))
    job_id: Mapped[str | None] = mapped_column(String(32), index=True)
    at: Mapped[datetime] = mapped_column(Moment)


class Portion(Model):
    """Which lots a hold was taken from, so that a release gives back to the same ones."""

    __tablename__ = "portions"

    line_id: Mapped[int] = mapped_column(ForeignKey("lines.id"), primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lots.id"), primary_key=True)
    amount: Mapped[int]
