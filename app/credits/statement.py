"""Reading the wallet: what there is to spend, and until when."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Integer, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from app.credits.models import Lot, Wallet
from app.extensions import Moment, db

_PACK = and_(Lot.kind == "pack", Lot.taken < Lot.amount)  # one whose money came back whole is no pack any more
TITLES = {
    "monthly": "Monthly credits",
    "bonus": "For coming back",
    "plan": "Your plan",
    "pack": "Pack",
    "gift": "Gift",
    "back": "Given back",
}


class Summary(NamedTuple):
    """`balance`: credits to spend now, less what is held. A lot that ended counts no more, swept or not.

    It is below zero when credits were taken back with their money after they had been spent.
    """

    balance: int
    soonest_expiry: datetime | None
    has_pack: bool
    welcomed: str | None


def summary(person_id: int, now: datetime) -> Summary:
    """All that a page asks about a wallet, in one query, since every page asks."""
    return Summary(*db.session.execute(_SUMMARY, {"person": person_id, "now": now}).one())


def has_pack(tx: Session, person_id: int) -> bool:
    """Whether they have bought a pack, as a transaction sees it."""
    return tx.scalar(select(Lot.id).where(Lot.person_id == person_id, _PACK).limit(1)) is not None


def balance(person_id: int, now: datetime) -> int:
    return summary(person_id, now).balance


def lots(person_id: int, now: datetime) -> Sequence[Lot]:
    soonest_first = (Lot.expires_at.is_(None), Lot.expires_at, Lot.id)
    return db.session.scalars(select(Lot).where(_live(person_id, now)).order_by(*soonest_first)).all()


def _live(person_id: int, now: datetime) -> ColumnElement[bool]:
    return and_(Lot.person_id == person_id, Lot.remaining > 0, or_(Lot.expires_at.is_(None), Lot.expires_at > now))


_person, _now = bindparam("person", type_=Integer), bindparam("now", type_=Moment)
_live_lot = and_(Lot.remaining > 0, or_(Lot.expires_at.is_(None), Lot.expires_at > _now))
_debt = select(Wallet.debt).where(Wallet.person_id == _person).scalar_subquery()
_SUMMARY = select(
    func.coalesce(func.sum(case((_live_lot, Lot.remaining))), 0) - func.coalesce(_debt, 0),
    func.min(case((_live_lot, Lot.expires_at))),
    func.coalesce(func.max(case((_PACK, 1), else_=0)), 0) == 1,
    select(Wallet.welcomed).where(Wallet.person_id == _person).scalar_subquery(),
).where(Lot.person_id == _person)
