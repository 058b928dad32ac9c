"""What comes back from a child, and how its ends are told."""

import io
import os
import signal
import time

import pytest

from app.imaging.bounds import MB, Budget
from app.imaging.made import Made
from app.imaging.sandbox import ChildError, Sandbox, answer
from app.refusals import Refusal
from tests.imaging.sandbox import works
from tests.imaging.sandbox.helpers import SHORT, SMALL, call, facts, refusal


def test_files_sides_and_facts_pass_through(sandbox: Sandbox) -> None:
    source = os.urandom(3 * MB)
    made = call(sandbox, works.echo, source, times=2)
    assert [file.data for file in made.files] == [source, source]
    assert made.files[0][1:] == ("image/png", "png", 3, 2)
    assert made.sides["thumb"].data == source[::-1]
    assert made.facts == {"text": "ä", "none": None, "list": [1, 2.5, True], "table": {"Make": "Limn"}}


def test_a_refusal_passes_through_with_its_facts(sandbox: Sandbox) -> None:
    refused = refusal(sandbox, works.refuse)
    assert (refused.code, refused.message) == ("invalid", "There is no page 9.")
    assert refused.facts == {"field": "page", "pages": 3}


def test_a_fault_of_ours_comes_with_the_traceback_of_the_child(sandbox: Sandbox) -> None:
    with pytest.raises(ChildError, match=r"works\.py(.|\n)*LookupError: a fault of ours"):
        call(sandbox, works.stumble)


def test_work_that_makes_nothing_is_a_fault(sandbox: Sandbox) -> None:
    with pytest.raises(ChildError, match="answered a str"):
        call(sandbox, works.answer_something_else)


def test_work_that_never_ends_is_told_with_its_seconds(sandbox: Sandbox) -> None:
    began = time.monotonic()
    refused = refusal(sandbox, works.hang_deaf, budget=SHORT)
    assert refused.code == "timeout"
    assert "0.9 seconds" in refused.message
    assert time.monotonic() - began < 4


def test_endless_output_reaches_nobody(sandbox: Sandbox, capfd: pytest.CaptureFixture[str]) -> None:
    assert refusal(sandbox, works.chatter, budget=SHORT).code == "timeout"
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("work", [works.eat_outside, works.eat_and_abort])
def test_too_little_memory_is_told_as_such_by_libraries(sandbox: Sandbox, work: works.Work) -> None:
    assert refusal(sandbox, work).code == "out_of_memory"


def test_a_child_has_the_memory_of_its_budget_and_no_more(sandbox: Sandbox) -> None:
    assert facts(sandbox, works.eat, 200) == {"length": 200 * MB}
    refused = refusal(sandbox, works.eat, 300)
    assert refused.code == "out_of_memory"
    assert "256 MB" in refused.message


def test_being_killed_by_the_system_is_taken_for_too_little_memory(sandbox: Sandbox) -> None:
    assert refusal(sandbox, works.end_by, signal.SIGKILL).code == "out_of_memory"


def test_a_crash_blames_the_file(sandbox: Sandbox) -> None:
    assert refusal(sandbox, works.crash).code == "unreadable"
    assert refusal(sandbox, works.end_by, signal.SIGABRT).code == "unreadable"


@pytest.mark.parametrize("work", [works.leave_silently, works.forge])
def test_an_answer_that_makes_no_sense_is_a_fault(sandbox: Sandbox, work: works.Work) -> None:
    with pytest.raises(ChildError, match="no sense"):
        call(sandbox, work)


FORGED = [
    b"",
    b"\0" * 8,
    (2**62).to_bytes(8, "big") + b"{}",
    b'{"made": [[], {}, {"share": NaN}]}',
    b'{"made": [[[5, "image/png", "png", 1, 1]], {}, {}]}',
    b'{"made": [[[-1, "image/png", "png", 1, 1]], {}, {}]}',
    b'{"made": [[[0, "image/png", "png", 1, null]], {}, {}]}',
    b'{"made": [[], {}, {"deep": {"deeper": {"deepest": 1}}}]}',
    b'{"made": [[], []]}',
    b'{"refused": ["no_such_code", "?", {}]}',
    b'{"refused": ["invalid", "?", {"field": []}]}',
    b'{"refused": ["invalid", {}, {}]}',
    b"[" * 100_000,
]


@pytest.mark.parametrize("said", FORGED)
def test_nothing_a_child_says_is_trusted(said: bytes) -> None:
    said = len(said).to_bytes(8, "big") + said if said[:1] in (b"{", b"[") else said
    with pytest.raises(ChildError):
        answer.read(io.BytesIO(said), len(said))


def test_the_neighbours_of_a_crash_live(sandbox: Sandbox) -> None:
    with pytest.raises(Refusal):
        call(sandbox, works.crash)
    began = time.monotonic()
    assert call(sandbox, works.nothing) == Made([], {}, {})
    assert time.monotonic() - began < 0.4, "the zygote had to start again"


def test_on_wait_is_called_about_five_times_a_second(sandbox: Sandbox) -> None:
    calls: list[float] = []
    began = time.monotonic()
    sandbox.call(works.sleep, 1.1, budget=SMALL, on_wait=lambda: calls.append(time.monotonic()))
    assert 2 < len(calls) / (time.monotonic() - began) < 6


def test_what_on_wait_raises_ends_the_work_within_a_second(sandbox: Sandbox) -> None:
    def leave() -> None:
        raise InterruptedError("nobody wants it any more")

    began = time.monotonic()
    with pytest.raises(InterruptedError):
        sandbox.call(works.sleep, 60, budget=Budget(60, 64 * MB), on_wait=leave)
    assert time.monotonic() - began < 1
    assert call(sandbox, works.nothing) == Made([], {}, {})
