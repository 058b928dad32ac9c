"""Passwords that are forgotten or changed. Either way every other sign-in ends, and a mail tells of it."""

import hashlib
import hmac
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.accounts import links, people
from app.accounts.models import Person, SignIn
from app.accounts.passwords import LONGEST, hash_password, matches
from app.extensions import db, transaction
from app.mail import outbox
from app.refusals import Refusal

PURPOSE = "reset"
LASTS = timedelta(hours=1)
NOBODY = "nobody's password"
OLD_LINK = "This link was used before, or it is older than an hour. Ask for a new one."


def ask(email: str, origin: str, now: datetime) -> None:
    """Send the link for a new password. An unknown address costs the same and gets nothing."""
    address = email.strip().lower()[:254]
    # Two columns, for to put together a whole person would take a time of its own.
    theirs = select(Person.id, Person.password_hash).where(Person.email == address)
    person_id, password_hash = db.session.execute(theirs).one_or_none() or (None, NOBODY)
    token = links.token(PURPOSE, [person_id or 0, _mark(password_hash)], now + LASTS)
    with transaction() as tx:
        outbox.write(
            tx,
            "reset",
            f"{address}:{now.isoformat()}",
            address,
            now,
            person_id=person_id,
            origin=origin,
            nobody=person_id is None,
            link_token=token,
        )


def person_of(token: str, now: datetime) -> Person | None:
    """Whose password a link may set. None once one was set, by this link or otherwise."""
    said = links.read(PURPOSE, token, now)
    person = db.session.get(Person, said[0]) if said else None
    if said is None or person is None or not hmac.compare_digest(said[1], _mark(person.password_hash)):
        return None
    return person


def reset(token: str, password: str, now: datetime) -> Person:
    """Set the password that a link allows to set. Refuses with `invalid`, naming `token` or `password`.

    Whoever could follow the link reads that box, so the address is verified.
    """
    person = person_of(token, now)
    if person is None:
        raise Refusal("invalid", OLD_LINK, field="token")
    fresh = hash_password(people.good_password(password))
    with transaction() as tx:
        if not _set(tx, person, fresh, now):
            raise Refusal("invalid", OLD_LINK, field="token")
        proven = update(Person).where(Person.id == person.id, Person.verified_at.is_(None))
        tx.execute(proven.values(verified_at=now))
    return person


def change(person: Person, old: str, new: str, now: datetime) -> None:
    """Set another password. Refuses with `invalid`, naming `old_password` or `password`."""
    if not matches(old[: LONGEST + 1], person.password_hash):
        raise Refusal("invalid", "This is not your present password. Nothing was changed.", field="old_password")
    fresh = hash_password(people.good_password(new))
    with transaction() as tx:
        if not _set(tx, person, fresh, now):
            raise Refusal("conflict", "Your password was changed a moment ago, elsewhere. Sign in again.")


def _set(tx: Session, person: Person, fresh: str, now: datetime) -> bool:
    """Put a new hash in the known one's place, end all sign-ins, tell of it. False if the known one is not there."""
    mine = update(Person).where(Person.id == person.id, Person.password_hash == person.password_hash)
    if tx.execute(mine.values(password_hash=fresh).returning(Person.id)).first() is None:
        return False
    tx.execute(delete(SignIn).where(SignIn.person_id == person.id))
    occasion = f"{person.id}:{_mark(fresh)}"
    outbox.write(tx, "password_changed", occasion, person.email, now, person_id=person.id, changed_at=now)
    return True


def _mark(password_hash: str) -> str:
    """Tells one password hash from the next, and says nothing of it."""
    return hashlib.sha256(password_hash.encode()).hexdigest()[:32]
