"""Credits go the way of their money: what is refunded, or withheld by a dispute, is taken back in the same share."""

from datetime import datetime
from fractions import Fraction

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from app.credits import wallet
from app.credits.models import Lot
from app.payments.models import Payment
from app.payments.truth import Money


def settle(tx: Session, person_id: int, now: datetime) -> list[str]:
    """Bring what was taken of each of a person's payments to the share of its money that is gone. What changed."""
    gone = or_(Payment.refunded > 0, Payment.disputed > 0, Payment.source.in_(_touched(person_id)))
    payments = tx.scalars(
        select(Payment).where(Payment.person_id == person_id, gone).order_by(Payment.id),
        execution_options={"populate_existing": True},
    )
    return [line for payment in payments.all() if (line := _settle(tx, payment, now))]


def share(paid: Payment | Money) -> Fraction:
    """Of what was paid, how much is gone."""
    if paid.amount <= 0:
        return Fraction(0)
    return min(Fraction(1), Fraction(paid.refunded + paid.disputed, paid.amount))


def _touched(person_id: int) -> Select[str | None]:
    """Payments of which something was taken, and may have to be given back."""
    return select(Lot.source).where(Lot.person_id == person_id, Lot.taken > 0, Lot.source.is_not(None))


def _settle(tx: Session, payment: Payment, now: datetime) -> str:
    kind: wallet.TakenWith = "dispute" if payment.disputed or not payment.refunded else "refund"
    said = "Disputed" if kind == "dispute" else "Refunded"
    taken = wallet.take_back(
        tx, payment.person_id, payment.source, kind, share(payment), f"{said}: {payment.what}", now
    )
    if not taken:
        return ""
    return f"{taken:,} credits of {payment.source} taken back" if taken > 0 else f"{-taken:,} credits given back"
