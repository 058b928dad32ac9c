"""Guarded writes to the ledger. Every function works inside the caller's transaction.

The wallet row is locked first, so that one person's movements happen one after the other; lines carry unique
keys, so that none happens twice. Whoever owes credits has none left in any lot: what comes in pays first.
"""

from collections.abc import Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Literal

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from app.credits import ledger
from app.credits.models import Line, Lot, Portion, Wallet
from app.extensions import insert_once
from app.refusals import Refusal

TakenWith = Literal["refund", "dispute"]
BELOW_ZERO = ("refund", "dispute")  # the kinds of lines that may lead there


def grant(tx: Session, person_id: int, grant: ledger.Grant, now: datetime, owner: int | None = None) -> bool:
    """Add a lot, once for its key; what is owed is paid out of it. False if it was granted before.

    `owner`: of several accounts that get it once together, the first.
    """
    owner = owner or person_id
    for account in sorted({owner, person_id}):  # always in one order, so that two never wait for each other
        _lock(tx, account)
    key = f"grant:{owner}:{grant.key}"
    if _line(tx, person_id, "grant", grant.amount, key, grant.what, now) is None:
        return False
    _add_lot(tx, person_id, grant)
    _pay_debt(tx, person_id)
    return True


def welcome(
    tx: Session, person_id: int, allowance: ledger.Allowance, joined_on: date, now: datetime, owner: int | None = None
) -> None:
    """Grant what this visit brings, and let lapse what has ended. Again on the same day it does nothing."""
    for account in sorted({owner or person_id, person_id}):
        _lock(tx, account)
    expire(tx, person_id, now)
    for due in ledger.grants_of_a_visit(allowance, joined_on, now):
        grant(tx, person_id, due, now, owner)
    tx.execute(update(Wallet).where(Wallet.person_id == person_id).values(welcomed=ledger.visit(allowance, now)))


def hold(tx: Session, person_id: int, job_id: str, amount: int, what: str, now: datetime) -> None:
    """Set `amount` aside for a job. Refuses with `out_of_credits` when the balance does not cover it."""
    _lock(tx, person_id)
    expire(tx, person_id, now)
    line = _line(tx, person_id, "hold", -amount, f"hold:{job_id}", what, now, job_id)
    if line is None:
        raise ValueError(f"job {job_id} holds credits already")
    for lot_id, share in _take_out(tx, person_id, amount):
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
    _pay_debt(tx, held.person_id)
    expire(tx, held.person_id, now, job_id)
    return True


def take_back(
    tx: Session, person_id: int, source: str, kind: TakenWith, share: Fraction, what: str, now: datetime
) -> int:
    """Bring what was taken of the credits that a payment bought to `share`; how many were taken, negative: given back.

    What was spent is taken out of other credits, and owed when there are none. What is given back goes where it came
    from; what came out of other credits does not end any more.
    """
    _lock(tx, person_id)
    expire(tx, person_id, now)
    takings = [(lot, ledger.taking(lot, share)) for lot in _lots(tx, person_id, Lot.source == source)]
    amount = sum(taking.own + taking.elsewhere for _, taking in takings)
    key = f"take:{person_id}:{_times_taken(tx, person_id)}"
    if amount:
        _line(tx, person_id, kind, -amount, key, what, now)
    for lot, taking in takings:
        values = {"remaining": lot.remaining - taking.own, "taken": lot.taken + taking.own + taking.elsewhere}
        _set(tx, lot.id, **values, elsewhere=lot.elsewhere + taking.elsewhere)
    _settle_elsewhere(tx, person_id, sum(taking.elsewhere for _, taking in takings))
    expire(tx, person_id, now, key)
    return amount


def lapse(tx: Session, person_id: int, kind: str, until: datetime, now: datetime) -> int:
    """The lots of a kind that end by `until` end now, for new ones take their place. The credits lost."""
    _lock(tx, person_id)
    ending = update(Lot).where(Lot.person_id == person_id, Lot.kind == kind, Lot.expires_at <= until)
    tx.execute(ending.where(Lot.expires_at > now).values(expires_at=now))
    return expire(tx, person_id, now)


def expire(tx: Session, person_id: int, now: datetime, because: str = "") -> int:
    """Let the lots lapse that have ended; the credits lost. `because`: of what brought some back too late, a job."""
    lost = 0
    for lot in _lots(tx, person_id, Lot.remaining > 0, Lot.expires_at <= now):
        key = f"expire:{lot.id}:{because}:{now.isoformat()}"
        if _line(tx, person_id, "expire", -lot.remaining, key, "Expired", now) is not None:
            lost += lot.remaining
            _set(tx, lot.id, remaining=0, lapsed=lot.lapsed + lot.remaining)
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
    balance = _move(tx, person_id, amount, to_zero_at_most=kind not in BELOW_ZERO)
    line = Line(
        person_id=person_id, kind=kind, amount=amount, balance=balance, key=key, what=what[:200], job_id=job_id, at=now
    )
    tx.add(line)
    tx.flush()
    return line.id


def _move(tx: Session, person_id: int, amount: int, *, to_zero_at_most: bool) -> int:
    moved = update(Wallet).where(Wallet.person_id == person_id).values(balance=Wallet.balance + amount)
    if amount < 0 and to_zero_at_most:
        moved = moved.where(Wallet.balance >= -amount)
    after = tx.scalar(moved.returning(Wallet.balance))
    if after is None:
        raise _too_little(tx.scalar(select(Wallet.balance).where(Wallet.person_id == person_id)) or 0, -amount)
    return int(after)


def _too_little(balance: int, price: int) -> Refusal:
    has = f"you have {balance}"
    if balance < 0:
        has = f"you owe {-balance}, because a payment went back whose credits were spent"
    message = f"This costs {price} credits and {has}. Nothing was charged."
    return Refusal("out_of_credits", message, credits=balance, credit_cost=price)


def _add_lot(tx: Session, person_id: int, grant: ledger.Grant) -> None:
    tx.add(
        Lot(
            person_id=person_id,
            kind=grant.kind,
            amount=grant.amount,
            remaining=grant.amount,
            source=grant.source,
            expires_at=grant.expires_at,
        )
    )
    tx.flush()


def _settle_elsewhere(tx: Session, person_id: int, amount: int) -> None:
    """Take credits out of any lot, and owe the rest; or, when negative, pay what is owed and keep the rest."""
    if amount > 0:
        _owe(tx, person_id, amount)
    elif amount < 0:
        _add_lot(tx, person_id, ledger.Grant("back", -amount, "", "Given back", None))
    _pay_debt(tx, person_id)


def _owe(tx: Session, person_id: int, amount: int) -> None:
    tx.execute(update(Wallet).where(Wallet.person_id == person_id).values(debt=Wallet.debt + amount))


def _pay_debt(tx: Session, person_id: int) -> None:
    """Out of whatever is in the lots. The balance says so already, so no line is written."""
    debt = tx.scalar(select(Wallet.debt).where(Wallet.person_id == person_id)) or 0
    there = tx.scalar(select(func.sum(Lot.remaining)).where(Lot.person_id == person_id)) or 0
    if paid := min(debt, there):
        _take_out(tx, person_id, paid)
        _owe(tx, person_id, -paid)


def _take_out(tx: Session, person_id: int, amount: int) -> list[ledger.Share]:
    """Take credits out of the lots, the soonest to expire first."""
    shares = ledger.allot(_lots(tx, person_id, Lot.remaining > 0), amount)
    for lot_id, share in shares:
        tx.execute(update(Lot).where(Lot.id == lot_id).values(remaining=Lot.remaining - share))
    return shares


def _lots(tx: Session, person_id: int, *which: ColumnElement[bool]) -> Sequence[Lot]:
    """As they are now, whatever this session has seen of them."""
    found = select(Lot).where(Lot.person_id == person_id, *which).order_by(Lot.id)
    return tx.scalars(found.execution_options(populate_existing=True)).all()


def _set(tx: Session, lot_id: int, **values: int) -> None:
    tx.execute(update(Lot).where(Lot.id == lot_id).values(**values))


def _times_taken(tx: Session, person_id: int) -> int:
    taken = select(func.count()).where(Line.person_id == person_id, Line.kind.in_(BELOW_ZERO))
    return tx.scalar(taken) or 0


def _held(tx: Session, job_id: str) -> Line | None:
    return tx.scalar(select(Line).where(Line.key == f"hold:{job_id}"))
