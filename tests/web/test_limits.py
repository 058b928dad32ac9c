"""Limits, counted where every process sees them."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from limits import RateLimitItemPerMinute
from limits.strategies import FixedWindowRateLimiter

from app.web import counters
from app.web.limits import Limiter
from config import Settings
from tests.cast import Cast
from tests.conftest import SECRET


@pytest.fixture(params=["sqlite", "postgresql", "redis"])
def strategies(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[FixedWindowRateLimiter]]:
    """The limiters of two processes that share a store."""
    fixture = {"sqlite": None, "postgresql": "postgres", "redis": "redis"}[request.param]
    address = request.getfixturevalue(fixture) if fixture else ""
    limiters = [Limiter(Settings(DATA_DIR=tmp_path, SECRET_KEY=SECRET, QUEUE_URL=address)) for _ in range(2)]
    yield [limiter.strategy for limiter in limiters]
    for limiter in limiters:
        limiter.close()


def test_two_processes_count_together(strategies: list[FixedWindowRateLimiter]) -> None:
    three = RateLimitItemPerMinute(3)
    hits = [strategy.hit(three, "sign-in", "ann") for strategy in (*strategies, *strategies)]
    assert hits == [True, True, True, False]


def test_one_does_not_pay_for_another(strategies: list[FixedWindowRateLimiter]) -> None:
    one = RateLimitItemPerMinute(1)
    assert strategies[0].hit(one, "sign-in", "ann")
    assert strategies[0].hit(one, "sign-in", "ben")
    assert not strategies[0].hit(one, "sign-in", "ann")


def test_the_window_tells_when_it_ends(strategies: list[FixedWindowRateLimiter]) -> None:
    one = RateLimitItemPerMinute(1)
    strategies[0].hit(one, "ann")
    stats = strategies[1].get_window_stats(one, "ann")
    assert stats.remaining == 0
    assert 50 < stats.reset_time - time.time() <= 61


def test_a_window_that_is_over_begins_anew(
    strategies: list[FixedWindowRateLimiter], request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not isinstance(strategies[0].storage, counters.SqlStorage):
        return  # Redis lets keys expire by its own clock
    one = RateLimitItemPerMinute(1)
    assert strategies[0].hit(one, "ann")
    later = time.time() + 61
    monkeypatch.setattr(time, "time", lambda: later)
    assert strategies[0].hit(one, "ann")
    assert strategies[0].storage.forget_old() == 0


def test_requests_a_minute_follow_the_plan_and_polling_is_free(cast: Cast) -> None:
    settings = cast.app.extensions["settings"]
    cast.app.extensions["settings"] = settings.model_copy(update={"REQUESTS_PER_MINUTE_FREE": 3})
    job_id = cast.ann.starts()  # registering was counted to the network, this is the account's first
    assert [cast.ann.get("/api/me").status_code for _ in range(3)] == [200, 200, 429]
    assert [cast.ann.get(f"/api/job/{job_id}").status_code for _ in range(5)] == [200] * 5
    assert [cast.pia.get("/api/me").status_code for _ in range(5)] == [200] * 5
    assert cast.ben.get("/api/me").status_code == 200
