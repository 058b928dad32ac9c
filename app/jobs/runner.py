"""What a worker does with a wake-up: take the best waiting job, run its tool, store what it made.

Where its engine paints several jobs together each has a thread of its own, so that one may be canceled, refused or fail
like any other. The next can be painted while they are still being stored.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from threading import Thread
from time import monotonic
from typing import cast

from flask import Flask, current_app

from app import clock
from app.engines.protocol import Batching, Engine, EngineDown, EngineGone
from app.engines.together import Seat, Together
from app.extensions import db, settings
from app.imaging.bounds import MB, Bounds, Budget, Budgets
from app.jobs import inputs, lifecycle, results, retention
from app.jobs.heart import Heart, Stopped
from app.jobs.lifecycle import Claim
from app.refusals import Refusal
from app.toolkit import Bench, Child
from app.tools import TOOLS

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Hands:
    """What a worker works with: who paints, where untrusted files are opened, whom to tell that nobody paints, and
    whom how many pictures took how many seconds.

    `free` is called where the engine can be used by the next while pictures are still to be stored.
    """

    engine: Engine | None
    child: Child
    on_down: Callable[[EngineDown], None] = lambda _: None
    on_painted: Callable[[int, float], None] = lambda _pictures, _seconds: None
    free: Callable[[], None] = lambda: None


def take_one(lane: str, hands: Hands) -> bool:
    """Run the best waiting job of a lane, and those that can be painted together with it. False if nothing waits."""
    claim = lifecycle.claim(lane, clock.now())
    if claim is None:
        return False
    app = cast(Flask, current_app._get_current_object())  # type: ignore[attr-defined]
    if isinstance(hands.engine, Batching):
        claims = [claim, *lifecycle.claim_kin(claim, hands.engine.together, clock.now())]
        _run_together(app, claims, hands, hands.engine)
    else:
        _run_one(app, claim, hands)
    return True


def _run_together(app: Flask, claims: list[Claim], hands: Hands, engine: Batching) -> None:
    took: list[tuple[int, float]] = []
    down: list[EngineDown] = []
    table = Together(engine, len(claims))
    apart = replace(hands, on_down=down.append, on_painted=lambda pictures, seconds: took.append((pictures, seconds)))
    threads = {
        seat: _thread(app, claim, replace(apart, engine=seat), seat)
        for claim, seat in zip(claims, table.seats, strict=True)
    }
    try:
        for thread in threads.values():
            thread.start()
        table.wait()
        if down:  # told once, for it is the same for all
            hands.on_down(down[0])
        hands.free()
    finally:
        _see_out(threads)
    if took:
        pictures, seconds = zip(*took, strict=True)
        hands.on_painted(sum(pictures), max(seconds))


def _thread(app: Flask, claim: Claim, hands: Hands, seat: Seat) -> Thread:
    return Thread(target=_sit, args=(app, claim, hands, seat), name=f"job-{claim.job.id}", daemon=True)


def _see_out(threads: Mapping[Seat, Thread]) -> None:
    for seat, thread in threads.items():
        if thread.ident is None:  # the machine had no thread left for this job: its lease will run out
            seat.leave()
    for thread in threads.values():
        if thread.ident is not None:
            thread.join()


def _sit(app: Flask, claim: Claim, hands: Hands, seat: Seat) -> None:
    """One of several jobs that are painted together, from its thread's beginning to its end."""
    try:
        with app.app_context():
            try:
                _run_one(app, claim, hands)
            finally:
                db.session.remove()
    except Exception:
        logger.exception("job %s: its end could not be told; its lease will run out", claim.job.id)
    finally:
        seat.leave()


def _run_one(app: Flask, claim: Claim, hands: Hands) -> None:
    logger.info("job %s: attempt %d", claim.job.id, claim.attempt)
    with Heart(app, claim) as heart:
        _attempt(claim, hands, heart)


def _attempt(claim: Claim, hands: Hands, heart: Heart) -> None:
    """One attempt, whatever comes of it: a refusal ends the job, an error of ours is tried again."""
    try:
        _run(claim, hands, heart)
    except Stopped:
        logger.info("job %s: no longer wanted from this worker", claim.job.id)
    except EngineGone as gone:
        hands.on_down(gone)  # and this process ends: the lease runs out and is counted, for the job may be to blame
    except EngineDown as down:
        hands.on_down(down)
        lifecycle.put_back(claim)
    except Refusal as refusal:
        lifecycle.fail(claim, refusal.code, refusal.message, clock.now())
        retention.prune_job(claim.job.id, clock.now())
    except Exception:
        logger.exception("job %s: attempt %d came to nothing", claim.job.id, claim.attempt)
        lifecycle.stumble(claim, clock.now())


def _run(claim: Claim, hands: Hands, heart: Heart) -> None:
    began = monotonic()
    tool = TOOLS[claim.job.tool]
    bench = _bench(claim, hands, heart)
    db.session.remove()  # its connection is for others while this one paints, hearts above all
    outcome = tool.run(bench, tool.stored_as.model_validate(claim.job.params))
    seconds = round(monotonic() - began, 1)
    painted = lifecycle.finalize(claim, clock.now())
    if painted is None:
        raise Stopped
    pictures = results.store(painted, outcome, clock.now())
    if not lifecycle.finish(painted, pictures, {**outcome.facts, "seconds": seconds}, clock.now()):
        inputs.discard(pictures)
        raise Stopped
    hands.on_painted(lifecycle.pictures_of(claim.job), seconds)


def _bench(claim: Claim, hands: Hands, heart: Heart) -> Bench:
    limits = settings()
    return Bench(
        engine=hands.engine,
        progress=heart.progress,
        announce=partial(lifecycle.announce, claim),
        child=hands.child,
        files=inputs.load(claim.job),
        bounds=Bounds(
            limits.MOST_MEGAPIXELS * 1_000_000, limits.LONGEST_SIDE, limits.MOST_FRAMES, limits.UNZIPPED_MB * MB
        ),
        budgets=Budgets(
            picture=Budget(limits.PICTURE_SECONDS, limits.PICTURE_MEMORY_MB * MB),
            heavy=Budget(limits.HEAVY_SECONDS, limits.HEAVY_MEMORY_MB * MB),
            document=Budget(limits.DOCUMENT_SECONDS, limits.DOCUMENT_MEMORY_MB * MB),
        ),
        models=limits.models,
        options={"remove_background_model": limits.REMOVE_BACKGROUND_MODEL},
    )
