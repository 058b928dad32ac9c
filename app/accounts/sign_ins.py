"""Sign-ins as rows: opened with a fresh token each time, ended by deleting them."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, delete, select, update

from app.accounts.models import Person, SignIn
from app.extensions import Moment, db, settings, transaction

SEEN_EVERY = timedelta(minutes=5)  # how exact "last seen" is: not every request is worth a write


def open_sign_in(person: Person, agent: str, network: str, now: datetime, lasts: timedelta | None = None) -> str:
    """A new sign-in; its token, which is kept nowhere else. It lasts SESSION_DAYS, unless it says how long."""
    token = secrets.token_urlsafe(32)
    with transaction() as tx:
        tx.add(
            SignIn(
                person_id=person.id,
                token_hash=_hashed(token),
                agent=agent[:200],
                network=network,
                created_at=now,
                seen_at=now,
                expires_at=now + (lasts or timedelta(days=settings().SESSION_DAYS)),
            )
        )
    return token


def person_of(token: str, now: datetime) -> Person | None:
    """Whose sign-in this is, if it still holds; notes that they were here."""
    found = db.session.execute(_BY_TOKEN, {"hash": _hashed(token), "now": now, "idle": _idle_since(now)}).first()
    if found is None:
        return None
    person, sign_in_id, seen_at = found
    person.token = token
    if now - seen_at > SEEN_EVERY:
        with transaction() as tx:
            tx.execute(update(SignIn).where(SignIn.id == sign_in_id).values(seen_at=now))
    return person


def open_ones(person: Person, now: datetime) -> list[SignIn]:
    mine = select(SignIn).where(SignIn.person_id == person.id, _holds(now))
    return list(db.session.scalars(mine.order_by(SignIn.seen_at.desc())))


def is_of(sign_in: SignIn, token: str) -> bool:
    return secrets.compare_digest(sign_in.token_hash, _hashed(token))


def end(token: str) -> None:
    with transaction() as tx:
        tx.execute(delete(SignIn).where(_is(token)))


def revoke(person: Person, sign_in_id: int) -> bool:
    with transaction() as tx:
        mine = delete(SignIn).where(SignIn.person_id == person.id, SignIn.id == sign_in_id)
        return tx.execute(mine.returning(SignIn.id)).first() is not None


def revoke_all(person: Person) -> None:
    with transaction() as tx:
        tx.execute(delete(SignIn).where(SignIn.person_id == person.id))


def forget_old(now: datetime) -> int:
    with transaction() as tx:
        return len(tx.execute(delete(SignIn).where(~_holds(now)).returning(SignIn.id)).all())


def _holds(now: datetime) -> ColumnElement[bool]:
    return (SignIn.expires_at > now) & (SignIn.seen_at > _idle_since(now))


def _idle_since(now: datetime) -> datetime:
    return now - timedelta(days=settings().SESSION_IDLE_DAYS)


def _is(token: str) -> ColumnElement[bool]:
    return SignIn.token_hash == _hashed(token)


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


# Every request asks this, so it is put together once.
_BY_TOKEN = (
    select(Person, SignIn.id, SignIn.seen_at)
    .join(SignIn, SignIn.person_id == Person.id)
    .where(SignIn.token_hash == bindparam("hash"))
    .where(SignIn.expires_at > bindparam("now", type_=Moment), SignIn.seen_at > bindparam("idle", type_=Moment))
)
