"""Whoever does not work is left alone for a while, then tried by one at a time."""

import pytest

from app.engines.breaker import Breaker


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(clock)


def test_whoever_works_may_be_tried_by_everybody(breaker: Breaker) -> None:
    assert breaker.may_try()
    assert breaker.may_try()
    assert breaker.resting == 0


def test_a_failure_starts_a_rest(breaker: Breaker, clock: Clock) -> None:
    breaker.failed()

    assert not breaker.may_try()
    clock.now += 5
    assert breaker.resting == 10


def test_after_the_rest_one_tries_at_a_time(breaker: Breaker, clock: Clock) -> None:
    breaker.failed()
    clock.now += 15

    assert breaker.may_try()
    assert not breaker.may_try()


def test_a_trial_that_works_lets_everybody_in(breaker: Breaker, clock: Clock) -> None:
    breaker.failed()
    clock.now += 15
    breaker.may_try()
    breaker.worked()

    assert breaker.may_try()
    assert breaker.may_try()


def test_rests_double_up_to_the_longest(breaker: Breaker, clock: Clock) -> None:
    rests = []
    for _ in range(7):
        breaker.failed()
        rests.append(breaker.resting)
        clock.now += breaker.resting
        assert breaker.may_try()

    assert rests == [15, 30, 60, 120, 240, 300, 300]


def test_whoever_works_again_starts_with_short_rests(breaker: Breaker, clock: Clock) -> None:
    breaker.failed()
    clock.now += 15
    breaker.failed()
    breaker.worked()
    breaker.failed()

    assert breaker.resting == 15


def test_several_failures_at_once_are_one(breaker: Breaker) -> None:
    for _ in range(4):
        breaker.failed()

    assert breaker.resting == 15


def test_nothing_to_try_leaves_the_trial_to_the_next(breaker: Breaker, clock: Clock) -> None:
    breaker.failed()
    clock.now += 15
    breaker.may_try()
    breaker.untried()

    assert breaker.may_try()
