"""How much may wait and be spent. Counted inside the transaction that starts a job, behind the wallet's lock: of two
requests at once not both can be the last."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.billing.standing import Standing
from app.extensions import settings
from app.jobs.asker import Asker
from app.jobs.models import WAITING, Job
from app.jobs.spent import month_of, spent_by_account, spent_by_key
from app.mail import outbox
from app.refusals import Refusal

NEAR = 80  # per cent of a cap, at which its owner is told


@dataclass(frozen=True)
class Cap:
    """The most credits of a calendar month, and what is spent of them."""

    credits: int
    spent: int
    what: str  # as the mail names it
    owner: str  # names it among all caps
    sentence: str

    @property
    def near(self) -> bool:
        return self.spent * 100 >= self.credits * NEAR


def refuse_too_much(tx: Session, asker: Asker, price: int, now: datetime) -> None:
    """Refuses a job, counted already, that is one too many or beyond a cap. A guest has one picture anyway."""
    if not asker.anonymous:
        _refuse_too_many(tx, asker)
        if price:
            _keep_to_caps(tx, asker, now)


def most_waiting(standing: Standing) -> int:
    return settings().WAITING_JOBS_PAID if standing.plan.paid else settings().WAITING_JOBS_FREE


def _refuse_too_many(tx: Session, asker: Asker) -> None:
    waiting = tx.scalar(select(func.count()).where(asker.owns(), Job.state.in_(WAITING))) or 0
    most = most_waiting(asker.standing)
    if waiting > most:
        message = f"{most} jobs are waiting already, which is as many as your plan allows. Nothing was charged."
        raise Refusal("rate_limited", message, retry_after=10)


def _keep_to_caps(tx: Session, asker: Asker, now: datetime) -> None:
    """Refuses with `spending_cap` what goes beyond one; of one that is near, its owner hears once a month."""
    person = tx.get_one(Person, asker.person_id)
    for cap in _caps(tx, person, asker, now):
        if cap.spent > cap.credits:
            message = f"{cap.sentence} Nothing was charged."
            raise Refusal("spending_cap", message, credits=asker.standing.credits, monthly_cap=cap.credits)
        if cap.near:
            _tell(tx, person, cap, now)


def _caps(tx: Session, person: Person, asker: Asker, now: datetime) -> Iterator[Cap]:
    key = asker.key
    if key is not None and key.monthly_cap is not None:
        sentence = f"This API key may spend {key.monthly_cap:,} credits a month, and this would go beyond that."
        yield Cap(key.monthly_cap, spent_by_key(tx, key.id, now), key.name, f"key:{key.id}", sentence)
    if person.monthly_cap is not None:
        sentence = f"You set {person.monthly_cap:,} credits as the most for a month, and this would go beyond that."
        spent = spent_by_account(tx, person.id, now)
        yield Cap(person.monthly_cap, spent, "your account", f"account:{person.id}", sentence)


def _tell(tx: Session, person: Person, cap: Cap, now: datetime) -> None:
    month = month_of(now)
    facts: dict[str, Any] = {"what": cap.what, "spent": cap.spent, "cap": cap.credits, "month": f"{month:%B}"}
    outbox.write(tx, "cap_near", f"{cap.owner}:{month:%Y-%m}", person.email, now, person_id=person.id, **facts)
