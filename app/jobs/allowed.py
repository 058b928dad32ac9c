"""How much may wait and be spent. Counted inside the transaction that starts a job, behind the wallet's lock: of two
requests at once not both can be the last."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from app.billing.standing import Standing
from app.extensions import settings
from app.jobs.asker import Asker
from app.jobs.models import WAITING, Job, State
from app.refusals import Refusal


def refuse_too_much(tx: Session, asker: Asker, now: datetime) -> None:
    """Refuses a job, counted already, that is one too many or beyond its key's cap. A guest has one picture anyway."""
    if not asker.anonymous:
        _refuse_too_many(tx, asker)
        _refuse_beyond_cap(tx, asker, now)


def most_waiting(standing: Standing) -> int:
    return settings().WAITING_JOBS_PAID if standing.plan.paid else settings().WAITING_JOBS_FREE


def spent_by_key(tx: Session | scoped_session[Any], key_id: int, now: datetime) -> int:
    """Credits that went through a key in this calendar month (UTC), with those that its waiting jobs hold."""
    month = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    counts = (Job.api_key_id == key_id, Job.created_at >= month, Job.state.in_((*WAITING, State.SUCCEEDED)))
    return int(tx.scalar(select(func.coalesce(func.sum(Job.price), 0)).where(*counts)) or 0)


def _refuse_too_many(tx: Session, asker: Asker) -> None:
    waiting = tx.scalar(select(func.count()).where(asker.owns(), Job.state.in_(WAITING))) or 0
    most = most_waiting(asker.standing)
    if waiting > most:
        message = f"{most} jobs are waiting already, which is as many as your plan allows. Nothing was charged."
        raise Refusal("rate_limited", message, retry_after=10)


def _refuse_beyond_cap(tx: Session, asker: Asker, now: datetime) -> None:
    cap = asker.key.monthly_cap if asker.key else None
    if asker.key is None or cap is None or spent_by_key(tx, asker.key.id, now) <= cap:
        return
    message = f"This API key may spend {cap:,} credits a month, and this would go beyond that. Nothing was charged."
    raise Refusal("spending_cap", message, credits=asker.standing.credits, monthly_cap=cap)
