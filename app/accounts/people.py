"""Registering and finding people."""

from datetime import datetime

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select

from app.accounts.models import Person
from app.accounts.passwords import LONGEST, SHORTEST, hash_password, matches
from app.extensions import db, insert_once, transaction
from app.refusals import Refusal


def register(email: str, password: str, now: datetime) -> Person:
    """A new person on Free. Refuses with `invalid` (and the field) or `conflict`."""
    email = address(email)
    if not SHORTEST <= len(password) <= LONGEST:
        raise Refusal("invalid", f"Choose a password of {SHORTEST} to {LONGEST} characters.", field="password")
    new = {"email": email, "password_hash": hash_password(password), "plan": "free", "joined_at": now}
    with transaction() as tx:
        if not insert_once(tx, Person, **new):
            raise Refusal("conflict", "There is an account with this address already. Sign in instead.", field="email")
        return tx.scalars(select(Person).where(Person.email == email)).one()


def authenticate(email: str, password: str) -> Person:
    """The person with this password. One answer, in one time, for an unknown address and a wrong password."""
    person = find(email)
    if not matches(password[: LONGEST + 1], person.password_hash if person else None) or person is None:
        raise Refusal("invalid_credentials", "This address and password do not belong together.")
    return person


def find(email: str) -> Person | None:
    return db.session.scalar(select(Person).where(Person.email == _canonical(email)))


def set_plan(person: Person, plan: str) -> None:
    with transaction() as tx:
        tx.get_one(Person, person.id).plan = plan


def address(email: str) -> str:
    try:
        return _canonical(
            validate_email(email.strip(), check_deliverability=False, globally_deliverable=False).normalized
        )
    except EmailNotValidError as error:
        raise Refusal("invalid", f"This is not an e-mail address: {str(error).lower()}", field="email") from None


def _canonical(email: str) -> str:
    return email.strip().lower()
