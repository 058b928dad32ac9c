"""People as Stripe's customers: one each, made when they first buy something."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from app.accounts.models import Person
from app.extensions import db, insert_once, transaction
from app.payments.gateway import once
from app.payments.models import Customer

if TYPE_CHECKING:
    from stripe import StripeClient
    from stripe.params import CustomerCreateParams


def of(person_id: int) -> str | None:
    """Their id at Stripe (cus_…), if they ever bought something or were about to."""
    return db.session.scalar(select(Customer.id).where(Customer.person_id == person_id))


def ensure(stripe: "StripeClient", person: Person, now: datetime) -> str:
    """Their customer, made now if there is none. Of two requests at once the first to write wins."""
    if known := of(person.id):
        return known
    made = _make(stripe, person, "first", now)
    with transaction() as tx:
        insert_once(tx, Customer, person_id=person.id, id=made, created_at=now)
        return tx.scalars(select(Customer.id).where(Customer.person_id == person.id)).one()


def replace(stripe: "StripeClient", person: Person, gone: str, now: datetime) -> str:
    """Another customer for one that Stripe does not know: deleted, or of an account that was used before."""
    made = _make(stripe, person, gone, now)
    with transaction() as tx:
        this = update(Customer).where(Customer.person_id == person.id, Customer.id == gone)
        tx.execute(this.values(id=made, created_at=now))
        return tx.scalars(select(Customer.id).where(Customer.person_id == person.id)).one()


def _make(stripe: "StripeClient", person: Person, before: str, now: datetime) -> str:
    """The hour is part of what it is for: Stripe repeats even its own errors for a day."""
    params: CustomerCreateParams = {"email": person.email, "metadata": {"person": str(person.id)}}
    made = stripe.v1.customers.create(params, once(f"customer:{person.id}:{before}:{now:%Y%m%d%H}", params))
    return made.id
