"""What there is so far of a picture that is being painted: written with the heartbeat, gone when the job ends."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.extensions import db, insert_into
from app.jobs.models import RUNNING, Job, Preview


class Stage(NamedTuple):
    """How far a picture was at its newest preview and at the one before it, per cent."""

    number: int
    share: int
    before: int


def keep(tx: Session, job_id: str, pictures: Sequence[bytes], share: int) -> None:
    """The newest previews of a job, a small PNG for each of its pictures."""
    for number, data in enumerate(pictures, start=1):
        facts = {"share": share, "data": data}
        row = insert_into(Preview, tx.get_bind().dialect).values(job_id=job_id, number=number, before=share, **facts)
        tx.execute(
            row.on_conflict_do_update(index_elements=["job_id", "number"], set_={"before": Preview.share, **facts})
        )


def forget(tx: Session, job_ids: Sequence[str]) -> None:
    if job_ids:
        tx.execute(delete(Preview).where(Preview.job_id.in_(job_ids)))


def stages(job_ids: Sequence[str]) -> Mapping[str, list[Stage]]:
    """Of each of these jobs that has previews, in one query."""
    found: dict[str, list[Stage]] = defaultdict(list)
    if job_ids:
        rows = select(Preview.job_id, Preview.number, Preview.share, Preview.before)
        rows = rows.where(Preview.job_id.in_(job_ids)).order_by(Preview.number)
        for job_id, *stage in db.session.execute(rows):
            found[job_id].append(Stage(*stage))
    return found


def newest(job_id: str, number: int = 1) -> tuple[int, bytes] | None:
    """How far a picture of a running job is and how it looks. Always fresh: on a connection of its own."""
    asked = select(Preview.share, Preview.data).join(Job, Job.id == Preview.job_id)
    asked = asked.where(Preview.job_id == job_id, Preview.number == number, Job.state.in_(RUNNING))
    with db.engine.connect() as connection:
        row = connection.execute(asked).first()
    return (row.share, row.data) if row else None
