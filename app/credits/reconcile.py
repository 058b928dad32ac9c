"""Counting again from the lines, which cannot lie, and naming every wallet that says otherwise."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.credits.models import Line, Lot, Wallet
from app.extensions import db


@dataclass(frozen=True)
class Discrepancy:
    person_id: int
    what: str

    def __str__(self) -> str:
        return f"person {self.person_id}: {self.what}"


def discrepancies() -> list[Discrepancy]:
    return [*_wallets_that_differ(), *_lots_that_overflow(), *_settled_without_a_hold()]


def _wallets_that_differ() -> Iterator[Discrepancy]:
    in_lines = select(Line.person_id, func.sum(Line.amount).label("sum")).group_by(Line.person_id).subquery()
    in_lots = select(Lot.person_id, func.sum(Lot.remaining).label("sum")).group_by(Lot.person_id).subquery()
    counted = (
        select(
            Wallet.person_id,
            Wallet.balance,
            Wallet.debt,
            func.coalesce(in_lines.c.sum, 0),
            func.coalesce(in_lots.c.sum, 0),
        )
        .outerjoin(in_lines, in_lines.c.person_id == Wallet.person_id)
        .outerjoin(in_lots, in_lots.c.person_id == Wallet.person_id)
    )
    for person_id, balance, debt, lines, lots in db.session.execute(counted):
        if not balance == lines == lots - debt or min(debt, lots):
            owed = f", {debt} are owed" if debt else ""
            yield Discrepancy(person_id, f"balance {balance}, lines say {lines}, lots hold {lots}{owed}")


def _lots_that_overflow() -> Iterator[Discrepancy]:
    """What is left, lapsed or taken out of a lot was once in it."""
    parts = Lot.remaining + Lot.lapsed + Lot.taken - Lot.elsewhere
    over = select(Lot.person_id, Lot.id, Lot.amount, parts)
    over = over.where((parts > Lot.amount) | (Lot.elsewhere > Lot.taken) | (Lot.elsewhere < 0))
    for person_id, lot_id, amount, accounted in db.session.execute(over):
        yield Discrepancy(person_id, f"lot {lot_id} of {amount} accounts for {accounted}")


def _settled_without_a_hold() -> Iterator[Discrepancy]:
    hold = aliased(Line)
    lone = (
        select(Line.person_id, Line.job_id)
        .outerjoin(hold, (hold.job_id == Line.job_id) & (hold.kind == "hold"))
        .where(Line.kind.in_(("capture", "release")), hold.id.is_(None))
    )
    for person_id, job_id in db.session.execute(lone):
        yield Discrepancy(person_id, f"job {job_id} was settled without a hold")
