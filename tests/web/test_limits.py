"""Limits, counted where every process sees them."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from limits import RateLimitItemPerMinute
from limits.strategies import FixedWindowRateLimiter

from app import web
from app.web import counters
from app.web.limits import Limiter
from config import Settings
from tests.cast import Cast
from tests.conftest import Clock, MakeApp
from tests.databases import SECRET


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


class TestFields:
    """`RateLimit` and `RateLimit-Policy`, as draft-ietf-httpapi-ratelimit-headers-10 has them."""

    def test_they_say_the_policy_and_what_is_left(self, cast: Cast) -> None:
        cast.ann.get("/api/me")
        answer = cast.ann.get("/api/me")
        assert answer.headers["RateLimit-Policy"] == '"free";q=120;w=60'
        left, seconds = re.fullmatch(r'"free";r=(\d+);t=(\d+)', answer.headers["RateLimit"]).groups()  # type: ignore[union-attr]
        assert 110 < int(left) < 120
        assert 0 < int(seconds) <= 60

    def test_a_paid_plan_has_another_policy(self, cast: Cast) -> None:
        assert cast.pia.get("/api/me").headers["RateLimit-Policy"] == '"paid";q=1200;w=60'

    def test_a_refusal_says_that_nothing_is_left(self, make_app: MakeApp) -> None:
        guest = Cast(make_app(REQUESTS_PER_MINUTE_FREE=1)).guest()
        guest.get("/api/tools")
        refused = guest.get("/api/tools")
        assert refused.status_code == 429
        assert refused.headers["RateLimit"].startswith('"free";r=0;t=')
        assert int(refused.headers["Retry-After"]) > 0

    def test_polling_and_pages_are_not_counted(self, cast: Cast) -> None:
        job = cast.ann.starts()
        assert "RateLimit" not in cast.ann.get(f"/api/job/{job}").headers
        assert "RateLimit" not in cast.ann.get("/history").headers


def test_what_is_over_is_forgotten(cast: Cast, time: Clock) -> None:
    """The duty of the quick lane: a known request after its day. Windows of limits go by the real clock."""
    cast.ann.post("/api/generate", json={"prompt": "a red fox"}, headers={"Idempotency-Key": "order 66"})
    assert web.forget_old(time.now()) == 0
    time.forward(hours=25)
    assert web.forget_old(time.now()) == 1
