"""The power goes out between any two lines: nothing is lost, paid twice, left on hold or left lying about."""

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from types import FrameType, TracebackType
from typing import Any
from zlib import crc32

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.accounts import people
from app.billing.standing import standing_of, welcome
from app.credits import wallet
from app.credits.models import Line
from app.credits.reconcile import discrepancies
from app.extensions import db, storage, transaction
from app.jobs import allowed, inputs, lifecycle, results, retention, runner
from app.jobs.asker import Asker
from app.jobs.heart import Heart
from app.jobs.inputs import Order, Upload
from app.jobs.models import Job, Picture
from app.refusals import Refusal
from app.tools import TOOLS
from app.tools.generate import SIZES, GenerateParams, tool
from tests.cast import Studio, png
from tests.conftest import Clock
from tests.thorough import THOROUGH

Functions = tuple[Callable[..., Any], ...]

PAST_THE_LEASE = 16  # seconds
PAST_THE_GRACE = retention.UNKNOWN_FOR + timedelta(minutes=1)

TRANSACTION = (transaction.__wrapped__, wallet._line, wallet._move)  # type: ignore[attr-defined]
STARTING = (lifecycle.start, lifecycle._pay, allowed.refuse_too_much, wallet.hold, *TRANSACTION)
CLAIMING = (runner.take_one, lifecycle.claim)
FINISHING = (runner._run, results.store, lifecycle.finalize, lifecycle.finish, wallet.capture, *TRANSACTION)
FAILING = (runner._attempt, lifecycle.fail, lifecycle._end, wallet.release, *TRANSACTION)
UPLOADING = (inputs.store, inputs._row, *STARTING)
FAILING_WITH_A_FILE = (retention.prune_job, retention._prune_expired, inputs.give_up, *FAILING)
CANCELING = (lifecycle.cancel, lifecycle._end, wallet.release, *TRANSACTION)


class PowerCut(BaseException):
    """Not an Exception: nobody catches it, as nobody catches a kill -9."""


class Cut:
    """A `with` block that ends before the n-th line that some functions run in it."""

    def __init__(self, line: int, functions: Functions) -> None:
        self.lines_left, self.happened = line, False
        self.codes = {function.__code__ for function in functions}

    def __enter__(self) -> None:
        sys.settrace(self._watch)

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> bool:
        sys.settrace(None)
        return kind is PowerCut

    def _watch(self, frame: FrameType, event: str, _: object) -> Any:
        if frame.f_code not in self.codes:
            return None
        if event == "line":
            self.lines_left -= 1
            if self.lines_left < 0:
                self.happened = True
                raise PowerCut
        return self._watch


def cut_before_every_line_of(functions: Functions, step: int = 1 if THOROUGH else 3) -> Iterator[Cut]:
    """One power cut after the other, each a line (or some) later, until all went through.

    Where some lines are left out, another test, or the same on another database, begins and cuts at others.
    """
    for line in count(crc32(os.environ["PYTEST_CURRENT_TEST"].encode()) % step, step):
        cut = Cut(line, functions)
        yield cut
        if not cut.happened:
            return


@pytest.fixture
def pia(any_app: Flask, time: Clock, monkeypatch: pytest.MonkeyPatch) -> Asker:
    """Pia, who can pay for much. Her pictures are small here."""
    monkeypatch.setitem(SIZES, "1:1", (64, 64))
    person = people.register("pia@limn.example", "correct horse", time.now())
    people.set_plan(person, "pro")
    person.plan = "pro"
    welcome(person, time.now())
    return Asker(standing_of(person, time.now()), person_id=person.id)


@pytest.fixture
def studio(any_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Studio:
    """Works without heartbeats: a power cut takes them along, but a thread of this process would survive it."""
    monkeypatch.setattr(Heart, "__enter__", lambda heart: heart)
    monkeypatch.setattr(Heart, "__exit__", lambda *_: None)
    return Studio(any_app)


def start(pia: Asker, once: str | None = None) -> str:
    return lifecycle.start(pia, tool, GenerateParams(prompt="a red fox"), clock.now(), Order(once=once)).id


def start_with(pia: Asker, file: bytes) -> str:
    order = Order([Upload("image", file, "image/png", "png")], "photo.png")
    return lifecycle.start(pia, TOOLS["rotate"], TOOLS["rotate"].Params.sample(), clock.now(), order).id


def test_while_a_job_starts(pia: Asker, studio: Studio) -> None:
    for cut in cut_before_every_line_of(STARTING):
        with cut:
            start(pia)
    studio.works()
    assert_ended({"succeeded"}, "capture")


def test_an_order_that_is_sent_again_after_the_cut_is_one_job(pia: Asker, studio: Studio) -> None:
    cuts = 0
    for cut in cut_before_every_line_of(STARTING):
        with cut:
            start(pia, once=f"order {cuts}")
        assert start(pia, once=f"order {cuts}") == start(pia, once=f"order {cuts}")
        cuts += 1
    studio.works()
    assert_ended({"succeeded"}, "capture")
    assert db.session.query(Job).count() == cuts > 10


@pytest.mark.slow
def test_while_a_job_with_a_file_starts(pia: Asker, studio: Studio) -> None:
    for cut in cut_before_every_line_of(UPLOADING):
        with cut:
            start_with(pia, png())
    studio.works("tools")
    assert_ended({"succeeded"}, "capture")
    assert_nothing_lies_about()


@pytest.mark.slow
def test_while_a_job_with_a_file_fails(pia: Asker, studio: Studio, time: Clock) -> None:
    for cut in cut_before_every_line_of(FAILING_WITH_A_FILE):
        start_with(pia, png()[:50])
        with cut:
            studio.works("tools")
        time.forward(seconds=PAST_THE_LEASE)
        studio.works("tools")
    assert_ended({"failed"}, "release")
    retention.prune(datetime.now(UTC) + PAST_THE_GRACE)
    assert list(storage().stored()) == []


@pytest.mark.slow
@pytest.mark.parametrize("functions", [CLAIMING, FINISHING])
def test_while_a_job_is_done(pia: Asker, studio: Studio, time: Clock, functions: Functions) -> None:
    for cut in cut_before_every_line_of(functions):
        start(pia)
        with cut:
            studio.works()
        time.forward(seconds=PAST_THE_LEASE)
        studio.works()
    assert_ended({"succeeded"}, "capture")
    assert_nothing_lies_about()


def test_while_a_job_fails(pia: Asker, studio: Studio, time: Clock) -> None:
    studio.engine.fails_with = Refusal("engine_unavailable", "The brushes are out.")
    for cut in cut_before_every_line_of(FAILING):
        start(pia)
        with cut:
            studio.works()
        time.forward(seconds=PAST_THE_LEASE)
        studio.works()
    assert_ended({"failed"}, "release")


def test_while_a_job_is_canceled(pia: Asker) -> None:
    for cut in cut_before_every_line_of(CANCELING):
        job_id = start(pia)
        with cut:
            lifecycle.cancel(pia, job_id, clock.now())
        lifecycle.cancel(pia, job_id, clock.now())
    assert_ended({"canceled"}, "release")


def assert_ended(states: set[str], settled_by: str) -> None:
    """Every job in one of these states, held for once and settled once; and no line without a job."""
    db.session.remove()
    jobs = db.session.scalars(select(Job)).all()
    lines = db.session.execute(select(Line.kind, Line.job_id).where(Line.job_id.is_not(None)))
    assert {job.state for job in jobs} == states
    assert Counter(map(tuple, lines)) == Counter((kind, job.id) for job in jobs for kind in ("hold", settled_by))
    assert discrepancies() == []


def assert_nothing_lies_about() -> None:
    """The pictures are there, and what the cuts left behind goes when its grace is over."""
    known = set(db.session.scalars(select(Picture.key)))
    assert known <= {stored.key for stored in storage().stored()}
    retention.prune(datetime.now(UTC) + PAST_THE_GRACE)
    assert {stored.key for stored in storage().stored()} == known
