"""Jobs and the pictures they made. The job row is the only truth about a job."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Model, Moment


class State(StrEnum):
    QUEUED = "queued"
    SUBMITTED = "submitted"  # a worker has it
    FINALIZING = "finalizing"  # painted; being marked and stored
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


RUNNING = (State.SUBMITTED, State.FINALIZING)
WAITING = (State.QUEUED, *RUNNING)


class Job(Model):
    __tablename__ = "jobs"
    __table_args__ = (
        Index("ix_jobs_queue", "lane", "state", "rank_at", "id"),
        Index("ix_jobs_history", "person_id", "created_at", "id"),
        Index("ix_jobs_visitor", "visitor", "created_at"),
        Index("ix_jobs_batch", "batch"),
        Index("ix_jobs_once", "once", unique=True),
        Index("ix_jobs_key", "api_key_id", "created_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # None: anonymous
    visitor: Mapped[str | None] = mapped_column(String(64))  # the anonymous visitor's cookie
    network: Mapped[str | None] = mapped_column(String(50))  # the visitor's, whose day it counts to
    tool: Mapped[str] = mapped_column(String(40))
    lane: Mapped[str] = mapped_column(String(40))  # tools, or the model that paints it
    params: Mapped[dict[str, Any]] = mapped_column(JSON)
    width: Mapped[int]
    height: Mapped[int]
    price: Mapped[int]
    plan: Mapped[str] = mapped_column(String(20))
    watermarked: Mapped[bool]
    temporary: Mapped[bool]  # its files go when their plan's time is up
    retention: Mapped[str] = mapped_column(String(40))
    shared: Mapped[bool] = mapped_column(default=True)
    file_name: Mapped[str] = mapped_column(String(200), default="")  # of the upload, as its sender called it
    batch: Mapped[str | None] = mapped_column(String(22))  # files sent together
    api_key_id: Mapped[int | None]  # the key it was ordered with, and counts to
    once: Mapped[str | None] = mapped_column(String(80))  # of a request that may come again and is one order
    origin: Mapped[str] = mapped_column(String(300), default="")  # the address of the site it was ordered at
    webhook_url: Mapped[str | None] = mapped_column(String(2000))  # to be told when it ends
    kin: Mapped[str | None] = mapped_column(String(60))  # jobs of one lane with the same can be painted together
    instead_of: Mapped[str | None] = mapped_column(String(40))  # the model it was meant for, which does not work

    state: Mapped[str] = mapped_column(String(12), default=State.QUEUED)
    created_at: Mapped[datetime] = mapped_column(Moment)
    rank_at: Mapped[datetime] = mapped_column(Moment)  # created_at less the plan's head start: the queue's order
    attempt: Mapped[int] = mapped_column(default=0)  # counts claims, and so is the fencing token of each
    errors: Mapped[int] = mapped_column(default=0)  # attempts that ended in an error of the job's own
    lost_leases: Mapped[int] = mapped_column(default=0)  # attempts whose worker went silent
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    progress: Mapped[int] = mapped_column(default=0)  # per cent
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    error_code: Mapped[str | None] = mapped_column(String(40))
    error_message: Mapped[str | None] = mapped_column(String(400))

    @property
    def waiting(self) -> bool:
        return self.state in WAITING


class Picture(Model):
    """One stored file of a job. Number 0 is what came with it, by the name of its field."""

    __tablename__ = "pictures"
    __table_args__ = (
        UniqueConstraint("job_id", "number", "kind"),
        Index("ix_pictures_prune", "pruned_at", "expires_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))  # result, thumb, preview, before, …
    key: Mapped[str] = mapped_column(String(120), unique=True)  # in the storage
    type: Mapped[str] = mapped_column(String(80))
    width: Mapped[int]
    height: Mapped[int]
    bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime | None] = mapped_column(Moment)  # None: kept while the plan is active
    pruned_at: Mapped[datetime | None] = mapped_column(Moment)  # the file is gone


class Preview(Model):
    """What there is so far of a picture that is being painted: a small PNG. It goes when the job ends."""

    __tablename__ = "previews"

    job_id: Mapped[str] = mapped_column(ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)  # of the picture, from 1
    share: Mapped[int]  # per cent, at which it looked so
    before: Mapped[int]  # the share of the one that it replaced
    data: Mapped[bytes] = mapped_column(LargeBinary)


class Readiness(StrEnum):
    LOADING = "loading"
    READY = "ready"
    DOWN = "down"  # it will try again by itself; `said` is why


class Painter(Model):
    """A worker process of a model's lane, and how its engine is. One that was not seen lately is gone."""

    __tablename__ = "painters"

    host: Mapped[str] = mapped_column(String(120), primary_key=True)
    pid: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    lane: Mapped[str] = mapped_column(String(40), primary_key=True)
    state: Mapped[str] = mapped_column(String(12))
    said: Mapped[str] = mapped_column(String(300), default="")  # for the operator
    together: Mapped[int] = mapped_column(default=1)  # pictures at a time
    pace: Mapped[float | None]  # seconds that these take of late
    seen_at: Mapped[datetime] = mapped_column(Moment)


class GuestCounter(Model):
    """How many pictures were painted without an account: for a cookie, for a network's day, for everybody's day."""

    __tablename__ = "guest_counters"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    used: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime] = mapped_column(Moment)


class PeriodicRun(Model):
    """One slot of a periodic duty, taken by whichever worker comes first."""

    __tablename__ = "periodic_runs"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    slot: Mapped[datetime] = mapped_column(Moment, primary_key=True)
