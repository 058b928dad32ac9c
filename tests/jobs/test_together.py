"""Jobs that are painted in one go: each keeps its own picture, seed, progress, end and price."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from app import clock
from app.credits.reconcile import discrepancies
from app.engines import together
from app.engines.protocol import EngineDown, Painted, PaintRequest, Sitting, Tint
from app.extensions import db, transaction
from app.jobs import heart, lifecycle, runner
from app.jobs.models import Job, State
from app.jobs.runner import Hands
from app.refusals import Refusal
from tests.cast import SANDBOX, Batcher, Cast, Person
from tests.conftest import Clock, MakeApp
from tests.jobs.test_kills import assert_paid_once, states
from tests.jobs.test_runner import picture
from tests.workers import Crew

PATIENCE = 20  # seconds
SILENT = lifecycle.LEASE + timedelta(seconds=1)


@pytest.fixture
def app(make_app: MakeApp) -> Iterator[Flask]:
    """With one model, which paints several pictures together."""
    made = make_app(ENGINE="diffusers", MODEL="a/photo")
    with made.app_context():
        yield made


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heart, "TICK", 0.02)
    monkeypatch.setattr(together, "PATIENCE", 0.02)


@pytest.fixture
def pia(cast: Cast) -> Person:
    """Pia, who can pay for much and whose pictures are clean."""
    return cast.pia


def paint(engine: Batcher, **hands: Any) -> bool:
    db.session.remove()
    return runner.take_one("photo", Hands(engine, SANDBOX, **hands))


def ends(pia: Person, *jobs: str) -> list[str]:
    return [pia.job(job)["status"] for job in jobs]


def prompts(engine: Batcher) -> list[set[str]]:
    return [{request.prompt for request in batch} for batch in engine.batches]


def test_four_jobs_are_painted_in_one_go_and_each_has_its_own_picture(pia: Person) -> None:
    engine = Batcher()
    jobs = {seed: pia.starts(f"{seed} foxes", seed=seed) for seed in (10, 20, 30, 40)}
    assert paint(engine)
    assert prompts(engine) == [{"10 foxes", "20 foxes", "30 foxes", "40 foxes"}]
    for seed, job in jobs.items():
        drawn = picture(pia, job)
        assert drawn.getpixel((0, 0)) == (seed, 0, 0)
        assert (drawn.info["Title"], drawn.info["Comment"]) == (f"{seed} foxes", f"seed {seed}, style illustration")
    assert_paid_once(list(jobs.values()))


def test_a_fifth_waits_for_the_next(pia: Person, time: Clock) -> None:
    engine = Batcher()
    for number in range(5):
        time.forward(seconds=1)
        pia.starts(f"{number} foxes")
    assert paint(engine)
    assert paint(engine)
    assert not paint(engine)
    assert [len(batch) for batch in engine.batches] == [4, 1]


def test_one_that_is_refused_costs_nothing_and_the_others_succeed(pia: Person) -> None:
    engine = Batcher()
    engine.refuses["a grey fox"] = Refusal("withheld", "The model withheld it.")
    refused, good = pia.starts("a grey fox"), pia.starts()
    before = pia.credits
    paint(engine)
    assert ends(pia, refused, good) == ["failed", "succeeded"]
    assert pia.job(refused)["error"]["code"] == "withheld"
    assert pia.credits == before + 20


def test_one_that_stumbles_is_tried_again_alone(pia: Person) -> None:
    engine = Batcher()
    engine.refuses["a grey fox"] = ZeroDivisionError("a slip of the brush")
    stumbled, good = pia.starts("a grey fox"), pia.starts()
    paint(engine)
    assert ends(pia, stumbled, good) == ["queued", "succeeded"]
    engine.refuses.clear()
    paint(engine)
    assert ends(pia, stumbled) == ["succeeded"]
    assert_paid_once([stumbled, good])


def test_one_that_stumbles_before_it_asks_holds_nobody_up(pia: Person) -> None:
    engine = Batcher()
    broken, good = pia.starts("a broken fox"), pia.starts()
    with transaction() as tx:
        tx.execute(update(Job).where(Job.id == broken).values(params={"prompt": ""}))
    paint(engine)
    assert ends(pia, broken, good) == ["queued", "succeeded"]
    assert prompts(engine) == [{"a red fox"}]


def test_no_connection_is_held_while_it_is_painted(pia: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """There may be fewer of them than jobs that are painted at once, and their hearts need one now and then."""
    held = []

    class Counting(Batcher):
        def paint_together(self, sittings: Sequence[Sitting]) -> list[Painted]:
            held.append(db.engine.pool.checkedout())  # type: ignore[attr-defined]
            return super().paint_together(sittings)

    monkeypatch.setattr(heart, "TICK", PATIENCE)
    for _ in range(3):
        pia.starts()
    paint(Counting())
    assert held == [0]


def test_one_canceled_while_it_waits_for_the_others_is_not_painted(pia: Person) -> None:
    class Slow(Batcher):
        def tint(self, request: PaintRequest) -> Tint | None:
            if request.prompt == "a slow fox":
                pia.post(f"/api/job/{canceled}/cancellation")
                wait_until(lambda: f"job-{canceled}" not in names())
            return super().tint(request)

    engine = Slow()
    canceled, slow = pia.starts("a grey fox"), pia.starts("a slow fox")
    paint(engine)
    assert ends(pia, canceled, slow) == ["canceled", "succeeded"]
    assert prompts(engine) == [{"a slow fox"}]


def test_one_canceled_while_it_is_painted_stops_alone(pia: Person) -> None:
    class Deliberate(Batcher):
        def paint_together(self, sittings: Sequence[Sitting]) -> list[Painted]:
            pia.post(f"/api/job/{canceled}/cancellation")
            mine = next(sitting for sitting in sittings if sitting.request.prompt == "a grey fox")
            with suppress(heart.Stopped):
                wait_until(lambda: mine.on_progress(0.5))
            return super().paint_together(sittings)

    canceled, good = pia.starts("a grey fox"), pia.starts()
    before = pia.credits
    paint(Deliberate())
    assert ends(pia, canceled, good) == ["canceled", "succeeded"]
    assert pia.credits == before + 20


def test_each_tells_its_own_progress(pia: Person) -> None:
    class Deliberate(Batcher):
        def paint_together(self, sittings: Sequence[Sitting]) -> list[Painted]:
            shares = {jobs[sitting.request.prompt]: sitting.request.seed for sitting in sittings}
            for sitting in sittings:
                sitting.on_progress(sitting.request.seed / 100)
            wait_until(lambda: all(pia.job(job)["progress"] == share for job, share in shares.items()))
            return super().paint_together(sittings)

    jobs = {f"{seed} foxes": pia.starts(f"{seed} foxes", seed=seed) for seed in (25, 50, 75)}
    paint(Deliberate())
    assert ends(pia, *jobs.values()) == ["succeeded"] * 3


def test_one_whose_lease_was_lost_leaves_it_to_its_new_worker(pia: Person, time: Clock) -> None:
    taken = list[lifecycle.Claim | None]()

    class Slow(Batcher):
        def paint_together(self, sittings: Sequence[Sitting]) -> list[Painted]:
            with transaction() as tx:
                tx.execute(update(Job).where(Job.id == lost).values(lease_until=time.now() - timedelta(seconds=1)))
            taken.append(lifecycle.claim("photo", time.now()))
            return super().paint_together(sittings)

    lost, good = pia.starts("a grey fox"), pia.starts()
    paint(Slow())
    assert ends(pia, lost, good) == ["submitted", "succeeded"]
    assert taken[0] is not None
    assert lifecycle.holds(taken[0])


def test_when_the_engine_is_down_all_go_back_as_if_untouched(pia: Person) -> None:
    engine, told = Batcher(), list[EngineDown]()
    engine.fails_with = EngineDown("no current")
    jobs = [pia.starts() for _ in range(3)]
    paint(engine, on_down=told.append)
    assert ends(pia, *jobs) == ["queued"] * 3
    assert {(job.errors, job.lost_leases, job.started_at) for job in db.session.scalars(select(Job))} == {(0, 0, None)}
    assert [str(down) for down in told] == ["no current"]

    engine.fails_with = None
    paint(engine)
    assert_paid_once(jobs)


def test_a_fault_of_the_engine_is_an_error_of_each_and_then_they_go_alone(pia: Person) -> None:
    engine = Batcher()
    engine.fails_with = ZeroDivisionError("a slip of the brush")
    jobs = [pia.starts() for _ in range(3)]
    while paint(engine):
        pass
    assert ends(pia, *jobs) == ["failed"] * 3
    assert [len(batch) for batch in engine.batches] == [3, 1, 1, 1, 1, 1, 1]
    assert discrepancies() == []


def test_a_job_whose_end_cannot_be_told_holds_nobody_up(pia: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    fail = lifecycle.fail

    def breaks(claim: lifecycle.Claim, code: str, *rest: Any) -> bool:
        if code == "withheld":
            raise OSError("the database is gone")
        return fail(claim, code, *rest)

    monkeypatch.setattr(lifecycle, "fail", breaks)
    engine = Batcher()
    engine.refuses["a grey fox"] = Refusal("withheld", "The model withheld it.")
    untold, good = pia.starts("a grey fox"), pia.starts()
    paint(engine)
    assert ends(pia, untold, good) == ["submitted", "succeeded"]


def test_a_machine_without_another_thread_paints_those_it_can(pia: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    start = threading.Thread.start

    def starts_one(thread: threading.Thread) -> None:
        if thread.name.startswith("job-"):
            started.append(thread)
            if len(started) == 2:
                raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", starts_one)
    jobs = [pia.starts() for _ in range(3)]
    with pytest.raises(RuntimeError, match="thread"):
        paint(Batcher())
    assert sorted(ends(pia, *jobs)) == ["submitted", "submitted", "succeeded"]


def test_a_worker_killed_over_a_batch_loses_nothing_and_nothing_is_paid_twice(app: Flask, tmp_path: Path) -> None:
    pia = Cast(app).pia
    jobs = [pia.starts() for _ in range(4)]
    with Crew(app.extensions["settings"], tmp_path / "log", pace=PATIENCE, lane="photo") as crew:
        killed = crew.hire()
        crew.wait_until(lambda: len(crew.tries()) == 4)
        killed.kill()
        killed.join()
        assert ends(pia, *jobs) == ["submitted"] * 4
        assert lifecycle.sweep(clock.now() + SILENT) == 4
        crew.pace = 0.1
        crew.hire()
        crew.wait_until(lambda: states() == {State.SUCCEEDED: 4})

    assert sorted((one.job_id, one.attempt) for one in crew.tries()) == sorted((job, n) for job in jobs for n in (1, 2))
    assert_paid_once(jobs)


def wait_until(holds: Callable[[], object]) -> None:
    deadline = monotonic() + PATIENCE
    while not holds():
        assert monotonic() < deadline, "it never came about"
        sleep(0.01)


def names() -> set[str]:
    """Of the threads there are."""
    return {thread.name for thread in threading.enumerate()}
