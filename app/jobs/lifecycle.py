"""The life of a job: start, claim, beat, finish, stumble, fail, cancel, sweep.

Every step is one transaction, and conditional on the state it starts from: whoever comes second changes nothing.
The queue only carries wake-ups; a crash between a commit and its wake-up is mended by the next look at the table.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Update, and_, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.credits import wallet
from app.engines.protocol import Tint
from app.extensions import db, lanes, transaction
from app.imaging.made import Facts
from app.jobs import allowed, choosing, guests, inputs, ordering, policy, previews, telling
from app.jobs.asker import Asker
from app.jobs.inputs import Order
from app.jobs.models import RUNNING, WAITING, Job, Picture, State
from app.jobs.ordering import NOTHING
from app.refusals import Refusal
from app.toolkit import Params, Tool

LEASE = timedelta(seconds=15)
HEARTBEAT = timedelta(seconds=5)
MOST_ERRORS = 3
MOST_LOST_LEASES = 10

OUT_OF_TRIES = ("internal", "This could not be finished, and it is our fault. Nothing was charged.")


@dataclass(frozen=True)
class Claim:
    """A worker's right to one job: it holds as long as nobody else has claimed, canceled or swept it."""

    job: Job
    attempt: int

    def holds(self) -> ColumnElement[bool]:
        return and_(Job.id == self.job.id, Job.attempt == self.attempt, Job.state.in_(RUNNING))


def start(asker: Asker, tool: Tool, params: Params, now: datetime, order: Order = NOTHING) -> Job:
    """Hold the price and queue the job with its files, all or nothing; then wake the lane.

    An order that was placed before, by its `once`, is the job it became then.
    """
    if earlier := _placed(order):
        return earlier
    policy.refuse(params)
    model = choosing.choose(tool, params, asker.standing.plan.id)
    job = ordering.new_job(asker, tool, params.settled(), model, order, now)
    files = inputs.store(job, order)
    try:
        with transaction() as tx:
            _pay(tx, asker, job, tool, now)
            tx.add(job)
            tx.flush()
            tx.add_all(files)
            allowed.refuse_too_much(tx, asker, job.price, now)
    except (Refusal, IntegrityError):
        inputs.discard(files)
        if earlier := _placed(order):  # by the same request, which came twice at once
            return earlier
        raise
    lanes[job.lane].wake()
    return job


def claim(lane: str, now: datetime) -> Claim | None:
    """The best waiting job of a lane for this worker, with a lease; expired leases are waiting again."""
    sweep(now, lane)
    waiting = and_(Job.lane == lane, Job.state == State.QUEUED)
    if not _any(waiting):
        return None
    best = select(Job.id).where(waiting).order_by(Job.rank_at, Job.id).limit(1)
    # One statement finds and takes. In between nobody can: SQLite has one writer, PostgreSQL locks the row it found,
    # looks again whether it is still queued, and goes past those that another worker is just taking.
    best = best.with_for_update(skip_locked=True)
    take = _taken(now).where(Job.id == best.scalar_subquery())
    with transaction(lasting=False) as tx:
        job = tx.scalar(take.returning(Job))
    return Claim(job, job.attempt) if job else None


def claim_kin(first: Claim, most: int, now: datetime) -> list[Claim]:
    """More waiting jobs that can be painted together with one, best first: `most` pictures in all, its own included.

    One that came to grief before goes alone: should it be to blame, the others shall not suffer for it again.
    """
    job, room = first.job, most - pictures_of(first.job)
    kin = and_(Job.lane == job.lane, Job.state == State.QUEUED, Job.kin == job.kin, Job.errors + Job.lost_leases == 0)
    if job.kin is None or job.errors + job.lost_leases or room < 1 or not _any(kin):
        return []
    waiting = select(Job).where(kin).order_by(Job.rank_at, Job.id).limit(room)
    with transaction(lasting=False) as tx:
        # Found and taken behind a lock, and past what another worker is just taking, as in `claim`.
        chosen = _as_many_as_fit(tx.scalars(waiting.with_for_update(skip_locked=True)), room)
        taken = tx.scalars(_taken(now).where(Job.id.in_(chosen)).returning(Job)).all()
    return [Claim(job, job.attempt) for job in sorted(taken, key=lambda job: (job.rank_at, job.id))]


def beat(claim: Claim, progress: int, now: datetime, looks: Sequence[bytes] = ()) -> bool:
    """Still at it: extend the lease, tell how far it is and how each picture looks so far, where that is new.

    False if the job is no longer this worker's.
    """
    alive = _held(claim).values(lease_until=now + LEASE, progress=progress)
    with transaction(lasting=False) as tx:
        mine = tx.execute(alive.returning(Job.id)).first() is not None
        if mine:
            previews.keep(tx, claim.job.id, looks, progress)
    return mine


def announce(claim: Claim, tint: Tint | None) -> None:
    """Tell the colours of the picture to come, for whoever watches."""
    if tint is not None:
        with transaction(lasting=False) as tx:
            tx.execute(_held(claim).values(facts={"tint": list(tint)}))


def holds(claim: Claim) -> bool:
    """Whether the job is still this worker's: nobody canceled it or took it over."""
    return _any(claim.holds())


def finalize(claim: Claim, now: datetime) -> Claim | None:
    """It is painted. The claim on the job as it stands now: a plan may have begun meanwhile. None if it is lost."""
    painted = _held(claim).values(state=State.FINALIZING, lease_until=now + LEASE, progress=100)
    with transaction(lasting=False) as tx:
        job = tx.scalar(painted.returning(Job))
    return Claim(job, claim.attempt) if job else None


def finish(claim: Claim, pictures: Sequence[Picture], facts: Facts, now: datetime) -> bool:
    """Pictures, success and capture in one transaction. False, and nothing changed, if the claim is lost.

    When the pictures go follows from the job as it stands now; whether they are marked, from what was painted.
    """
    with transaction() as tx:
        done = _held(claim).values(state=State.SUCCEEDED, finished_at=now, lease_until=None, progress=100)
        done = done.values(facts=dict(facts), watermarked=claim.job.watermarked)
        job = tx.scalar(done.returning(Job))
        if job is None:
            return False
        for picture in pictures:
            picture.expires_at = inputs.expiry(job, now)
        tx.add_all(pictures)
        previews.forget(tx, [job.id])
        wallet.capture(tx, claim.job.id, now)
        telling.tell(tx, claim.job, State.SUCCEEDED, now, pictures)
    return True


def stumble(claim: Claim, now: datetime) -> None:
    """An attempt ended in an error of ours: back into the queue, or failed after the last try."""
    with transaction() as tx:
        again = _held(claim).where(Job.errors + 1 < MOST_ERRORS)
        back = again.values(state=State.QUEUED, errors=Job.errors + 1, lease_until=None, progress=0)
        if not _put_back(tx, back):
            _end(tx, claim.holds(), State.FAILED, now, OUT_OF_TRIES)


def put_back(claim: Claim) -> None:
    """The model does not work at present, which is no fault of the job's: back into the queue as if untouched."""
    with transaction(lasting=False) as tx:
        _put_back(tx, _held(claim).values(state=State.QUEUED, lease_until=None, progress=0, started_at=None))


def fail(claim: Claim, code: str, message: str, now: datetime) -> bool:
    """Failed for good, and the credits go back."""
    with transaction() as tx:
        return _end(tx, claim.holds(), State.FAILED, now, (code, message)) > 0


def give_up(job_id: str, code: str, message: str, now: datetime) -> bool:
    """Failed without anybody having tried: nobody can."""
    with transaction() as tx:
        waits = and_(Job.id == job_id, Job.state == State.QUEUED)
        return _end(tx, waits, State.FAILED, now, (code, message)) > 0


def cancel(asker: Asker, job_id: str, now: datetime) -> bool:
    """Whatever waits can be canceled, running or not; the worker notices at its next beat."""
    with transaction() as tx:
        mine = and_(asker.may_see(job_id), Job.state.in_(WAITING))
        return _end(tx, mine, State.CANCELED, now, None) > 0


def sweep(now: datetime, lane: str | None = None) -> int:
    """Take jobs back from workers that went silent. How many there were."""
    silent = and_(Job.state.in_(RUNNING), Job.lease_until < now)
    if lane is not None:
        silent = and_(silent, Job.lane == lane)
    if not _any(silent):
        return 0
    with transaction() as tx:
        worn_out = _end(tx, and_(silent, Job.lost_leases + 1 >= MOST_LOST_LEASES), State.FAILED, now, OUT_OF_TRIES)
        back = update(Job).where(silent).values(state=State.QUEUED, lost_leases=Job.lost_leases + 1, lease_until=None)
        return worn_out + _put_back(tx, back)


def place(job: Job) -> int | None:
    """1 for the next one to be taken; None once it is no longer in the queue."""
    if job.state != State.QUEUED:
        return None
    ahead = or_(Job.rank_at < job.rank_at, and_(Job.rank_at == job.rank_at, Job.id < job.id))
    queue = select(func.count()).where(Job.lane == job.lane, Job.state == State.QUEUED, ahead)
    return 1 + (db.session.scalar(queue) or 0)


def pictures_of(job: Job) -> int:
    """How many pictures a job asks for."""
    return int(job.params.get("count", 1))


def _pay(tx: Session, asker: Asker, job: Job, tool: Tool, now: datetime) -> None:
    if asker.person_id is None:
        guests.take(tx, asker.visitor or "", asker.network, now)
    else:
        wallet.hold(tx, asker.person_id, job.id, job.price, ordering.what_for(job, tool), now)


def _placed(order: Order) -> Job | None:
    return db.session.scalar(select(Job).where(Job.once == order.once)) if order.once else None


def _any(which: ColumnElement[bool]) -> bool:
    """A cheap look before the write lock is asked for: idle workers ask every second, and keep no connection."""
    with db.engine.connect() as connection:
        return connection.scalar(select(Job.id).where(which).limit(1)) is not None


def _as_many_as_fit(jobs: Iterable[Job], room: int) -> list[str]:
    """Their ids, in order; one that asks for too many pictures is passed over and leads the next batch."""
    chosen = []
    for job in jobs:
        if pictures_of(job) <= room:
            room -= pictures_of(job)
            chosen.append(job.id)
    return chosen


def _taken(now: datetime) -> Update:
    return update(Job).values(
        state=State.SUBMITTED,
        attempt=Job.attempt + 1,
        lease_until=now + LEASE,
        progress=0,
        started_at=func.coalesce(Job.started_at, now),
    )


def _held(claim: Claim) -> Update:
    return update(Job).where(claim.holds())


def _put_back(tx: Session, back: Update) -> int:
    """Into the queue again, and what was begun is thrown away. How many there were."""
    ids = tx.scalars(back.returning(Job.id)).all()
    previews.forget(tx, ids)
    return len(ids)


def _end(tx: Session, which: ColumnElement[bool], state: State, now: datetime, error: tuple[str, str] | None) -> int:
    """End jobs without a picture and give back what they held. How many there were."""
    code, message = error or (None, None)
    ended = update(Job).where(which)
    ended = ended.values(state=state, finished_at=now, lease_until=None, error_code=code, error_message=message)
    jobs = tx.scalars(ended.returning(Job)).all()
    for job in jobs:
        if job.person_id is None:
            guests.give_back(tx, job)
        else:
            wallet.release(tx, job.id, now)
        telling.tell(tx, job, state, now)
    inputs.give_up(tx, [job.id for job in jobs], now)
    previews.forget(tx, [job.id for job in jobs])
    return len(jobs)
