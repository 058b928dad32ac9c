"""The most credits that an account may spend in a calendar month."""

from sqlalchemy import select, update

from app.accounts.models import ApiKey, Person
from app.extensions import db, transaction

LARGEST = 100_000_000  # credits


def cap_of(person_id: int) -> int | None:
    return db.session.scalar(select(Person.monthly_cap).where(Person.id == person_id))


def set_cap(person_id: int, most: int | None) -> None:
    """From the next job on. None: as many as there are."""
    with transaction() as tx:
        tx.execute(update(Person).where(Person.id == person_id).values(monthly_cap=most))


def keys_of(person_id: int) -> dict[int, ApiKey]:
    """All they ever made by their ids: one that is revoked may have spent this month."""
    return {key.id: key for key in db.session.scalars(select(ApiKey).where(ApiKey.person_id == person_id))}
