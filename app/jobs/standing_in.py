"""Who paints instead of a model that does not work: another one of the same price, where the site says so."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, update

from app.engines.catalogue import Model
from app.extensions import db, lanes, models, settings, transaction
from app.jobs import choosing, lifecycle, painters
from app.jobs.models import Job, Readiness, State
from app.jobs.painters import NOBODY
from app.lanes import TOOLS as TOOLS_LANE
from app.tools import TOOLS

PATIENCE = timedelta(minutes=2)  # with a lane that nobody serves

NOT_HERE = (
    "engine_unavailable",
    "The model this was meant for is no longer here. Nothing was charged. Try again with another one.",
)


def hand_on(lane: str, now: datetime, since: datetime | None = None) -> int:
    """Give the waiting jobs of a lane that does not work to others, if they shall not wait; how many.

    None while another worker of the lane works, and none to a model that does not work either or that nobody serves.
    With `since` those alone that wait since then.
    """
    waiting = (Job.lane == lane) & (Job.state == State.QUEUED)
    if since is not None:
        waiting &= Job.created_at < since
    if settings().MODEL_DOWN == "wait" or not (sorts := _sorts(waiting)):
        return 0
    served = painters.standings(now)
    out = [name for name in models() if served.get(name, NOBODY).state not in (Readiness.READY, Readiness.LOADING)]
    return sum(_hand_on_sort(lane, plan, tool, waiting, out) for plan, tool in sorts if lane in out)


def mend(now: datetime) -> int:
    """For lanes without a worker that works: hand on what nobody would come for. How many jobs there were."""
    served, states = painters.served_since(now - PATIENCE), painters.standings(now)
    down = [name for name in models() if name not in served or states.get(name, NOBODY).state is Readiness.DOWN]
    return _leave_removed(now) + sum(hand_on(name, now, since=now - PATIENCE) for name in down)


def _hand_on_sort(lane: str, plan: str, tool: str, waiting: ColumnElement[bool], out: Collection[str]) -> int:
    task = TOOLS[tool].paints
    other = models().next_to(lane, plan, task, out) if task else None
    return _give(waiting & (Job.plan == plan) & (Job.tool == tool), other) if other else 0


def _leave_removed(now: datetime) -> int:
    """Jobs of models that are no longer in the list: another one of that price paints them, or nobody does."""
    gone = Job.lane.not_in((TOOLS_LANE, *models())) & (Job.state == State.QUEUED)
    jobs = db.session.scalars(select(Job).where(gone).order_by(Job.rank_at)).all()
    for job in jobs:
        other = _same_price(job)
        if other is None:
            lifecycle.give_up(job.id, *NOT_HERE, now)
        else:
            _give(gone & (Job.id == job.id), other)
    return len(jobs)


def _same_price(job: Job) -> Model | None:
    """Somebody who can paint a job for what it holds."""
    tool = TOOLS[job.tool]
    if tool.paints is None:
        return None
    listed = tool.price(tool.stored_as.model_validate(job.params))
    able = (each for each in models().values() if tool.paints in each.tasks and each.open_to(job.plan))
    return next((each for each in able if job.price in (0, choosing.price_with(each, listed))), None)


def _give(which: ColumnElement[bool], other: Model) -> int:
    """Move waiting jobs to another model's lane, which remembers whose they were; how many."""
    free = select(Job.id).where(which).with_for_update(skip_locked=True)  # who holds one may wait for another of them
    moved = update(Job).where(Job.id.in_(free))
    moved = moved.values(lane=other.name, instead_of=func.coalesce(Job.instead_of, Job.lane))
    with transaction() as tx:
        count = len(tx.scalars(moved.returning(Job.id), execution_options={"synchronize_session": False}).all())
    if count:
        lanes[other.name].wake()
    return count


def _sorts(waiting: ColumnElement[bool]) -> list[tuple[str, str]]:
    """Of what sorts waiting jobs are: who may paint them depends on the plan and the tool alone."""
    return [(plan, tool) for plan, tool in db.session.execute(select(Job.plan, Job.tool).where(waiting).distinct())]
