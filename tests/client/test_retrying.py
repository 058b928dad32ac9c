"""When the client tries once more, and how long it waits before it does."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from limn import Retrying
from limn.effects import Answer, Lost
from limn.retrying import NEVER, retry_after, worth_it

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
CHANCE = st.floats(0, 1)
BUSY = Answer(503)


def refused(code: str, status: int, **facts: object) -> Answer:
    told = ", ".join(f'"{name}": "{value}"' for name, value in facts.items())
    return Answer(status, {}, f'{{"error": {{"code": "{code}"{", " if told else ""}{told}}}}}'.encode())


@given(tried=st.integers(1, 1000), chance=CHANCE)
def test_a_pause_is_never_longer_than_the_longest(tried: int, chance: float) -> None:
    pause = Retrying(tries=2000, longest=20).pause(tried, BUSY, chance)
    assert pause is not None
    assert 0 < pause <= 20


@given(tried=st.integers(1, 5), chance=CHANCE)
def test_pauses_double_and_spread(tried: int, chance: float) -> None:
    pause = Retrying(first=1, longest=1000).pause(tried, BUSY, chance)
    assert pause is not None
    assert 2 ** (tried - 1) / 2 <= pause <= 2 ** (tried - 1)


@given(tries=st.integers(1, 20), reply=st.sampled_from([BUSY, Lost("gone"), Answer(429), Answer(200)]), chance=CHANCE)
def test_it_ends(tries: int, reply: Answer | Lost, chance: float) -> None:
    assert Retrying(tries=tries).pause(tries, reply, chance) is None


@given(seconds=st.integers(0, 60), chance=CHANCE)
def test_the_server_is_not_asked_before_it_wants_to_be(seconds: int, chance: float) -> None:
    pause = Retrying(patience=60).pause(1, Answer(429, {"retry-after": str(seconds)}), chance)
    assert pause is not None
    assert seconds <= pause <= seconds + 1


def test_a_server_that_asks_for_too_much_is_not_waited_for() -> None:
    assert Retrying(patience=60).pause(1, Answer(429, {"retry-after": "3600"}), 0) is None


def test_never_is_never() -> None:
    assert NEVER.pause(1, Lost("gone"), 0) is None


@given(seconds=st.integers(-1000, 1000))
def test_a_date_is_understood_as_well(seconds: int) -> None:
    until = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)
    assert retry_after({"retry-after": until}, NOW) == max(0, seconds)


@given(st.text(max_size=30))
def test_nonsense_is_not_waited_for(said: str) -> None:
    found = retry_after({"retry-after": said}, NOW)
    assert found is None or found >= 0


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again(status: int) -> None:
    assert worth_it(Answer(status))
    assert worth_it(Answer(status, {}, b"<html>Bad gateway</html>"))


def test_a_connection_that_broke_is_tried_again() -> None:
    assert worth_it(Lost("gone"))


@pytest.mark.parametrize(
    "reply",
    [
        Answer(200),
        refused("invalid", 400),
        refused("out_of_credits", 402),
        refused("conflict", 409),
        refused("too_large", 413),
        refused("helper_missing", 503),
        refused("internal", 500, job_id="7"),
        refused("engine_unavailable", 503, job_id="7"),
    ],
)
def test_what_stays_as_it_is_is_not(reply: Answer) -> None:
    assert not worth_it(reply)
