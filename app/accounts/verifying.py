"""Verified addresses: a link by mail, which nobody can follow but whoever reads that box.

What is free waits for it where mail is set up. Without, nobody could follow the link, and everybody counts as verified.
"""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.accounts import links
from app.accounts.models import Person
from app.extensions import settings, transaction
from app.mail import outbox

PURPOSE = "verify"
LASTS = timedelta(days=3)


def verified(person: Person) -> bool:
    """Whether this person's address counts as their own."""
    return person.verified_at is not None or not settings().MAIL_URL


def ask(tx: Session, person: Person, origin: str, now: datetime) -> None:
    """Write the mail with the link."""
    token = links.token(PURPOSE, [person.id, person.email], now + LASTS)
    occasion = f"{person.id}:{now.isoformat()}"
    outbox.write(tx, "verify", occasion, person.email, now, person_id=person.id, origin=origin, link_token=token)


def ask_again(person: Person, origin: str, now: datetime) -> None:
    with transaction() as tx:
        ask(tx, person, origin, now)


def address_of(token: str, now: datetime) -> str | None:
    """Which address a link proves; None for one that proves nothing, or nothing any more."""
    said = links.read(PURPOSE, token, now)
    return str(said[1]) if said else None


def verify(token: str, now: datetime) -> bool:
    """Somebody pressed the button behind the link. False if it proves nothing. Again it changes nothing."""
    said = links.read(PURPOSE, token, now)
    if said is None:
        return False
    person_id, address = said
    with transaction() as tx:
        theirs = tx.get(Person, person_id)
        if theirs is None or theirs.email != address:  # it has another address since
            return False
        tx.execute(update(Person).where(Person.id == person_id, Person.verified_at.is_(None)).values(verified_at=now))
    return True
