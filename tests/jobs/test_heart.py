"""The heart of a running job."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from app.jobs import heart as heartbeat
from app.jobs import lifecycle
from app.jobs.heart import Heart, Stopped
from app.jobs.lifecycle import Claim
from tests.cast import Cast
from tests.conftest import Clock


@pytest.fixture
def claim(cast: Cast, time: Clock, monkeypatch: pytest.MonkeyPatch) -> Claim:
    monkeypatch.setattr(heartbeat, "TICK", 0.02)
    cast.ann.starts()
    claimed = lifecycle.claim("illustrator", time.now())
    assert claimed is not None
    return claimed


def wait_until(condition: object) -> None:
    assert callable(condition)
    deadline = datetime.now(UTC).timestamp() + 10
    while not condition():
        assert datetime.now(UTC).timestamp() < deadline, "it never came about"


def test_progress_reaches_whoever_polls(app: Flask, cast: Cast, claim: Claim) -> None:
    with Heart(app, claim) as heart:
        heart.progress(0.42)
        wait_until(lambda: cast.ann.job(claim.job.id)["progress"] == 42)


def test_progress_never_goes_back(app: Flask, claim: Claim) -> None:
    with Heart(app, claim) as heart:
        heart.progress(0.8)
        heart.progress(0.3)
        assert heart.percent == 80


def test_a_cancel_stops_the_work(app: Flask, cast: Cast, claim: Claim) -> None:
    with Heart(app, claim) as heart:
        cast.ann.post(f"/api/job/{claim.job.id}/cancellation")
        with pytest.raises(Stopped):
            wait_until(lambda: heart.progress(0.5))
