"""Reading the ledger: what there is to spend, until when, and every line that led to it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select

from app.credits.models import Line, Lot, Wallet
from app.extensions import db

TITLES = {"monthly": "Monthly credits", "bonus": "For coming back", "pack": "Pack", "gift": "Gift"}


def balance(person_id: int, now: datetime) -> int:
    """Credits to spend now, less what is held. A lot that ended counts no more, swept or not."""
    return int(db.session.scalar(select(func.coalesce(func.sum(Lot.remaining), 0)).where(_live(person_id, now))) or 0)


def soonest_expiry(person_id: int, now: datetime) -> datetime | None:
    return db.session.scalar(select(func.min(Lot.expires_at)).where(_live(person_id, now)))


def lots(person_id: int, now: datetime) -> Sequence[Lot]:
    soonest_first = (Lot.expires_at.is_(None), Lot.expires_at, Lot.id)
    return db.session.scalars(select(Lot).where(_live(person_id, now)).order_by(*soonest_first)).all()


def has_pack(person_id: int) -> bool:
    return db.session.scalar(select(Lot.id).where(Lot.person_id == person_id, Lot.kind == "pack").limit(1)) is not None


def welcomed(person_id: int) -> str | None:
    return db.session.scalar(select(Wallet.welcomed).where(Wallet.person_id == person_id))


def lines(person_id: int, before: int | None, limit: int) -> Sequence[Line]:
    """Newest first, those that moved the balance; `before` is the id of the last one seen."""
    page = select(Line).where(Line.person_id == person_id, Line.amount != 0).order_by(Line.id.desc()).limit(limit)
    if before is not None:
        page = page.where(Line.id < before)
    return db.session.scalars(page).all()


def _live(person_id: int, now: datetime) -> ColumnElement[bool]:
    return (Lot.person_id == person_id) & (Lot.remaining > 0) & or_(Lot.expires_at.is_(None), Lot.expires_at > now)
