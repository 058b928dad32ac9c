"""Reading what was bought: the subscription that runs, and what was paid, each only for whose it is."""

from collections.abc import Sequence

from sqlalchemy import select

from app.extensions import db
from app.payments.models import Payment, Subscription
from app.refusals import Refusal

RUNNING = ("trialing", "active", "past_due", "unpaid", "paused")  # Stripe's words for one that has not ended


def subscription_of(person_id: int) -> Subscription | None:
    """The one that runs, the newest if there should be several."""
    theirs = select(Subscription).where(Subscription.person_id == person_id, Subscription.status.in_(RUNNING))
    return db.session.scalar(theirs.order_by(Subscription.started_at.desc(), Subscription.id.desc()).limit(1))


def payments_of(person_id: int, before: int | None, limit: int) -> Sequence[Payment]:
    """Newest first; `before` is the id of the last one seen."""
    theirs = select(Payment).where(Payment.person_id == person_id).order_by(Payment.paid_at.desc(), Payment.id.desc())
    if before is not None:
        seen = select(Payment.paid_at).where(Payment.id == before, Payment.person_id == person_id).scalar_subquery()
        older = (Payment.paid_at < seen) | ((Payment.paid_at == seen) & (Payment.id < before))
        theirs = theirs.where(older)
    return db.session.scalars(theirs.limit(limit)).all()


def payment(person_id: int, payment_id: int) -> Payment:
    """Refuses with `not_found`, and says no more when it is somebody else's."""
    theirs = select(Payment).where(Payment.id == payment_id, Payment.person_id == person_id)
    found = db.session.scalar(theirs)
    if found is None:
        raise Refusal("not_found", "There is no such receipt.")
    return found
