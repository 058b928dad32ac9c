"""What becomes of somebody's files and waiting jobs when what they have paid for begins or ends.

Jobs are locked before pictures are touched: one that ends meanwhile is either seen here with its pictures, or sees what
is written here. Whoever ends a job locks it before the wallet, so what goes with this changes the wallet afterwards.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Row, exists, or_, select, update
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.billing.plans import FREE, KEPT
from app.billing.standing import plan_of
from app.credits import statement
from app.jobs.inputs import INPUT
from app.jobs.models import WAITING, Job, Picture, State
from app.mail import outbox
from app.mail.models import Mail, MailState

WARNING = "files_going"
NOTHING_MADE = (State.FAILED, State.CANCELED)  # what came with these goes at once, whatever the plan


def keep(tx: Session, person_id: int, now: datetime) -> None:
    """A plan began, or a pack was bought: nothing of theirs ends any more, and what waits goes the new way at once."""
    plan = plan_of(tx.get_one(Person, person_id), now)
    for job in _waiting(tx, person_id):
        job.watermarked = False
        job.plan = plan.id
        job.rank_at = min(job.rank_at, job.created_at - plan.head_start)
    tx.flush()
    _say(tx, person_id, temporary=False, retention=plan.retention if plan.paid else KEPT)
    _move_end(tx, person_id, Picture.expires_at.is_not(None), None)


def let_go(tx: Session, person_id: int, plan_title: str, now: datetime) -> datetime | None:
    """What they had paid for has ended: files that were kept go in a day, and a mail says so. When; None if none goes.

    Nothing goes while a plan or a pack keeps it. Jobs that wait were ordered under the plan: they keep their place and
    get no watermark, and only their files are free ones.
    """
    person, keeps = tx.get_one(Person, person_id), FREE.keeps_files_for
    if keeps is None or plan_of(person, now).paid or statement.has_pack(tx, person_id):
        keep(tx, person_id, now)
        return None
    _waiting(tx, person_id)
    _say(tx, person_id, temporary=True, retention=FREE.retention)
    going = _move_end(tx, person_id, Picture.expires_at.is_(None), now + keeps)
    count = sum(number == INPUT or kind == "result" for number, kind in going)
    if not count:
        return None
    goes_at = now + keeps
    _warn(tx, person, now, count=count, goes_at=goes_at, plan=plan_title)
    return goes_at


def unwarned(now: datetime) -> ColumnElement[bool]:
    """Whether the owner of a picture has still to hear that it goes, or heard so less than a day ago.

    A mail that nobody takes for a day counts as heard: it has failed then, and files do not wait for ever.
    """
    recent = Mail.sent_at > now - (FREE.keeps_files_for or (now - now))
    on_its_way = or_(Mail.state.in_((MailState.PENDING, MailState.SENDING)), recent)
    theirs = (Job.id == Picture.job_id) & (Mail.person_id == Job.person_id)
    return exists().where(theirs, Mail.kind == WARNING, on_its_way)


def _warn(tx: Session, person: Person, now: datetime, *, count: int, goes_at: datetime, plan: str) -> None:
    occasion = f"{person.id}:{goes_at.date()}"
    outbox.write(tx, WARNING, occasion, person.email, now, person_id=person.id, count=count, goes_at=goes_at, plan=plan)


def _waiting(tx: Session, person_id: int) -> Sequence[Job]:
    """Their jobs that have not ended, which nobody else ends now."""
    theirs = select(Job).where(Job.person_id == person_id, Job.state.in_(WAITING)).order_by(Job.id)
    return tx.scalars(theirs.with_for_update(), execution_options={"populate_existing": True}).all()


def _say(tx: Session, person_id: int, *, temporary: bool, retention: str) -> None:
    """What is told of each job whose files are there, or are yet to come."""
    files = exists().where(Picture.job_id == Job.id, Picture.pruned_at.is_(None))
    told = update(Job).where(Job.person_id == person_id, or_(Job.state.in_(WAITING), files))
    tx.execute(told.values(temporary=temporary, retention=retention), execution_options={"synchronize_session": False})


def _move_end(tx: Session, person_id: int, which: ColumnElement[bool], end: datetime | None) -> Sequence[Row[int, str]]:
    """Say when their files go; the number and kind of each."""
    jobs = select(Job.id).where(Job.person_id == person_id, Job.state.not_in(NOTHING_MADE))
    files = update(Picture).where(Picture.job_id.in_(jobs), Picture.pruned_at.is_(None), which)
    moved = files.values(expires_at=end).returning(Picture.number, Picture.kind)
    return tx.execute(moved, execution_options={"synchronize_session": False}).all()
