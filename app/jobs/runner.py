"""What a worker does with a wake-up: take the best waiting job, run its tool, store what it made."""

import logging
from functools import partial
from time import monotonic
from typing import cast

from flask import Flask, current_app

from app import clock
from app.engines.protocol import Engine
from app.jobs import lifecycle, results
from app.jobs.heart import Heart, Stopped
from app.jobs.lifecycle import Claim
from app.refusals import Refusal
from app.toolkit import Bench
from app.tools import TOOLS

logger = logging.getLogger(__name__)


def take_one(lane: str, engine: Engine) -> bool:
    """Run the best waiting job of a lane. False if nothing waits."""
    claim = lifecycle.claim(lane, clock.now())
    if claim is None:
        return False
    logger.info("job %s: attempt %d", claim.job.id, claim.attempt)
    with Heart(cast(Flask, current_app._get_current_object()), claim) as heart:  # type: ignore[attr-defined]
        _attempt(claim, engine, heart)
    return True


def _attempt(claim: Claim, engine: Engine, heart: Heart) -> None:
    """One attempt, whatever comes of it: a refusal ends the job, an error of ours is tried again."""
    try:
        _run(claim, engine, heart)
    except Stopped:
        logger.info("job %s: no longer wanted from this worker", claim.job.id)
    except Refusal as refusal:
        lifecycle.fail(claim, refusal.code, refusal.message, clock.now())
    except Exception:
        logger.exception("job %s: attempt %d came to nothing", claim.job.id, claim.attempt)
        lifecycle.stumble(claim, clock.now())


def _run(claim: Claim, engine: Engine, heart: Heart) -> None:
    began = monotonic()
    tool = TOOLS[claim.job.tool]
    outcome = tool.run(
        Bench(engine, heart.progress, partial(lifecycle.announce, claim)), tool.Params.model_validate(claim.job.params)
    )
    seconds = round(monotonic() - began, 1)
    if not lifecycle.finalize(claim, clock.now()):
        raise Stopped
    pictures = results.store(claim, outcome, clock.now())
    if not lifecycle.finish(claim, pictures, {**outcome.facts, "seconds": seconds}, clock.now()):
        results.discard(pictures)
        raise Stopped
