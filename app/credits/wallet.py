"""Guarded writes to the ledger. Every function works inside the caller's transaction.

The wallet row is locked first, so that one person's movements happen one after the other; lines carry unique
keys, so that none happens twice.
"""

from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.credits import ledger
from app.credits.models import Line, Lot, Portion, Wallet
from app.extensions import insert_once
from app.refusals import Refusal


def grant(tx: Session, person_id: int, grant: ledger.Grant, now: datetime) -> bool:
    """Add a lot, once for its key. False if it was granted before."""
    _lock(tx, person_id)
    key = f"grant:{person_id}:{grant.key}"
    if _line(tx, person_id, "grant", grant.amount, key, grant.what, now) is None:
        return False
    tx.add(
        Lot(
            person_id=person_id,
            kind=grant.kind,
            amount=grant.amount,
            remaining=grant.amount,
            expires_at=grant.expires_at,
        )
    )
    tx.flush()
    return True


def welcome(tx: Session, person_id: int, allowance: ledger.Allowance, joined_on: date, now: datetime) -> None:
    """Grant what this visit brings, and let lapse what has ended. Again on the same day it does nothing."""
    _lock(tx, person_id)
    expire(tx, person_id, now)
    for due in ledger.grants_of_a_visit(allowance, joined_on, now):
        grant(tx, person_id, due, now)
    tx.execute(update(Wallet).where(Wallet.person_id == person_id).values(welcomed=ledger.visit(allowance, now)))


def hold(tx: Session, person_id: int, job_id: str, amount: int, what: str, now: datetime) -> None:
    """Set `amount` aside for a job. Refuses with `out_of_credits` when the balance does not cover it."""
    _lock(tx, person_id)
    expire(tx, person_id, now)
    line = _line(tx, person_id, "hold", -amount, f"hold:{job_id}", what, now, job_id)
    if line is None:
        raise ValueError(f"job {job_id} holds credits already")
    lots = tx.scalars(select(Lot).where(Lot.person_id == person_id, Lot.remaining > 0)).all()
    for lot_id, share in ledger.allot(lots, amount):
        tx.execute(update(Lot).where(Lot.id == lot_id).values(remaining=Lot.remaining - share))
        tx.add(Portion(line_id=line, lot_id=lot_id, amount=share))
    tx.flush()


def capture(tx: Session, job_id: str, now: datetime) -> bool:
    """The job succeeded: what it held is spent. False if it was settled before, or held nothing."""
    held = _held(tx, job_id)
    if held is None:
        return False
    _lock(tx, held.person_id)
    return _line(tx, held.person_id, "capture", 0, f"settle:{job_id}", held.what, now, job_id) is not None


def release(tx: Session, job_id: str, now: datetime) -> bool:
    """The job came to nothing: what it held goes back to its lots. False if it was settled before, or held nothing."""
    held = _held(tx, job_id)
    if held is None:
        return False
    _lock(tx, held.person_id)
    if _line(tx, held.person_id, "release", -held.amount, f"settle:{job_id}", held.what, now, job_id) is None:
        return False
    for portion in tx.scalars(select(Portion).where(Portion.line_id == held.id)):
        tx.execute(update(Lot).where(Lot.id == portion.lot_id).values(remaining=Lot.remaining + portion.amount))
    expire(tx, held.person_id, now, job_id)
    return True


def expire(tx: Session, person_id: int, now: datetime, job_id: str | None = None) -> int:
    """Let the lots lapse that have ended; the credits lost. `job_id`: whose release brought some back too late."""
    ended = select(Lot).where(Lot.person_id == person_id, Lot.remaining > 0, Lot.expires_at <= now)
    lost = 0
    for lot in tx.scalars(ended.execution_options(populate_existing=True)).all():
        key = f"expire:{lot.id}:{job_id or ''}:{now.isoformat()}"
        if _line(tx, person_id, "expire", -lot.remaining, key, "Expired", now) is not None:
            lost += lot.remaining
            tx.execute(update(Lot).where(Lot.id == lot.id).values(remaining=0))
    return lost


def _lock(tx: Session, person_id: int) -> None:
    """Open the wallet if there is none, and hold its row until the transaction ends."""
    insert_once(tx, Wallet, person_id=person_id, balance=0)
    tx.execute(update(Wallet).where(Wallet.person_id == person_id).values(balance=Wallet.balance))


def _line(
    tx: Session, person_id: int, kind: str, amount: int, key: str, what: str, now: datetime, job_id: str | None = None
) -> int | None:
    """Write one line and move the balance with it. Its id; None if the key is taken and nothing moved."""
    if tx.scalar(select(Line.id).where(Line.key == key)) is not None:
        return None
    balance = _move(tx, person_id, amount)
    line = Line(
        person_id=person_id, kind=kind, amount=amount, balance=balance, key=key, what=what[:200], job_id=job_id, at=now
    )
    tx.add(line)
    tx.flush()
    return line.id


def _move(tx: Session, person_id: int, amount: int) -> int:
    moved = update(Wallet).where(Wallet.person_id == person_id).values(balance=Wallet.balance + amount)
    if amount < 0:
        moved = moved.where(Wallet.balance >= -amount)
    after = tx.scalar(moved.returning(Wallet.balance))
    if after is None:
        balance = tx.scalar(select(Wallet.balance).where(Wallet.person_id == person_id)) or 0
        raise Refusal(
            "out_of_credits",
            f"This costs {-amount} credits and you have {balance}. Nothing was charged.",
            credits=balance,
            credit_cost=-amount,
        )
    return int(after)


def _held(tx: Session, job_id: str) -> Line | None:
    return tx.scalar(select(Line).where(Line.key == f"hold:{job_id}"))
