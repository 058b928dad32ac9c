"""A job's end as other programs hear of it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.jobs.models import Job, Picture, State
from app.webhooks import outbox
from app.webhooks.outbox import Ended


def tell(tx: Session, job: Job, state: State, now: datetime, pictures: Sequence[Picture] = ()) -> None:
    """Write the messages that a job's end brings, in the transaction that ends it."""
    ended = Ended(
        job_id=job.id,
        person_id=job.person_id,
        tool=job.tool,
        status=state,
        credit_cost=job.price if state == State.SUCCEEDED else 0,
        origin=job.origin,
        webhook_url=job.webhook_url,
        pictures=tuple(sorted(picture.number for picture in pictures if picture.kind == "result")),
        error=(job.error_code, job.error_message or "") if job.error_code else None,
    )
    outbox.post(tx, ended, now)
