"""What went out, for the operator, and for a while."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from app.extensions import db, transaction
from app.mail.delivering import WAITING
from app.mail.models import Mail

KEPT = timedelta(days=35)  # longer than a month, so that what is told once a month is not told twice in it


def last(limit: int) -> Sequence[Mail]:
    """Newest first, without what was written to nobody."""
    return db.session.scalars(select(Mail).where(Mail.address != "").order_by(Mail.id.desc()).limit(limit)).all()


def forget_old(now: datetime) -> int:
    with transaction() as tx:
        old = delete(Mail).where(Mail.created_at < now - KEPT, Mail.state.not_in(WAITING))
        return len(tx.execute(old.returning(Mail.id)).all())
