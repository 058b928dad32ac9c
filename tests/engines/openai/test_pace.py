"""How far a request is likely to be."""

import pytest

from app.engines.openai.pace import ALMOST, USUAL, Pace, Way


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_the_pace_is_what_most_pictures_took() -> None:
    pace = Pace()
    for seconds in (4, 5, 6, 60):
        pace.took(seconds, 1)

    assert Pace().usual == USUAL
    assert pace.usual == 5.5


def test_several_pictures_share_their_time() -> None:
    pace = Pace()
    pace.took(20, 4)

    assert pace.usual == 5


def test_a_request_is_as_far_as_its_time(clock: Clock) -> None:
    way = Way(Pace(), 1, clock)
    clock.now = USUAL / 2

    assert way.share == 0.5


def test_nobody_is_told_that_it_is_done_before_it_is(clock: Clock) -> None:
    way = Way(Pace(), 1, clock)
    clock.now = 10 * USUAL

    assert way.share == ALMOST


def test_pictures_that_are_there_count_and_it_never_goes_back(clock: Clock) -> None:
    way = Way(Pace(), 4, clock)
    clock.now = 2 * USUAL
    assert way.share == 0.5

    assert way.arrived(1) == 2 * USUAL
    assert way.share == 0.5
    clock.now += 2 * USUAL
    assert way.share == 0.75
