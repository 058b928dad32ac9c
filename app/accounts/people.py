"""Registering and finding people."""

from datetime import datetime

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import and_, func, or_, select

from app.accounts import verifying
from app.accounts.canonical import canonical
from app.accounts.models import Person
from app.accounts.passwords import LONGEST, SHORTEST, hash_password, matches
from app.extensions import db, insert_once, transaction
from app.refusals import Refusal


def register(email: str, password: str, now: datetime, origin: str = "") -> Person:
    """A new person on Free, and a mail that asks whether the address is theirs. `origin`: the site's, for its link.

    Refuses with `invalid` (and the field) or `conflict`.
    """
    email = address(email)
    fresh = hash_password(good_password(password))
    new = {"email": email, "canonical_email": canonical(email), "password_hash": fresh, "plan": "free"}
    with transaction() as tx:
        if not insert_once(tx, Person, **new, joined_at=now):
            raise Refusal("conflict", "There is an account with this address already. Sign in instead.", field="email")
        person = tx.scalars(select(Person).where(Person.email == email)).one()
        verifying.ask(tx, person, origin, now)
        return person


def good_password(password: str) -> str:
    """The password, if it can be one. Refuses with `invalid`."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Refusal("invalid", f"Choose a password of {SHORTEST} to {LONGEST} characters.", field="password")
    return password


def authenticate(email: str, password: str) -> Person:
    """The person with this password. One answer, in one time, for an unknown address and a wrong password."""
    person = find(email)
    if not matches(password[: LONGEST + 1], person.password_hash if person else None) or person is None:
        raise Refusal("invalid_credentials", "This address and password do not belong together.")
    return person


def find(email: str) -> Person | None:
    return db.session.scalar(select(Person).where(Person.email == _written(email)))


def first_of_box(person: Person) -> int:
    """The id of the first account whose mail goes to the same box: what is free comes once for all of them."""
    box = person.canonical_email or canonical(person.email)
    same = or_(Person.canonical_email == box, and_(Person.canonical_email.is_(None), Person.email == box))
    return min(person.id, db.session.scalar(select(func.min(Person.id)).where(same)) or person.id)


def set_plan(person: Person, plan: str) -> None:
    """Give a plan, which lasts until another is set or paid for."""
    with transaction() as tx:
        kept = tx.get_one(Person, person.id)
        kept.plan, kept.plan_until = plan, None


def address(email: str) -> str:
    try:
        return _written(
            validate_email(email.strip(), check_deliverability=False, globally_deliverable=False).normalized
        )
    except EmailNotValidError as error:
        raise Refusal("invalid", f"This is not an e-mail address: {str(error).lower()}", field="email") from None


def _written(email: str) -> str:
    return email.strip().lower()
