"""Several threads paint in one go: whatever each of them does, nobody waits for ever and each gets what is its own."""

import threading
from collections.abc import Callable, Iterator, Sequence
from random import Random
from threading import Semaphore, Thread
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engines import together
from app.engines.protocol import EngineDown, Painted, Painting, PaintRequest, Sitting, quiet
from app.engines.together import Seat, Together
from app.refusals import Refusal
from tests.cast import Batcher

PATIENCE = 20  # seconds

Step = Literal["asks", "asks in vain", "asks and is stopped", "leaves", "dies"]
STEPS: list[Step] = ["asks", "asks in vain", "asks and is stopped", "leaves", "dies"]


class Canceled(Exception):
    pass


class Easily(Batcher):
    """Paints one batch at a time, and notices when it is asked for two."""

    def __init__(self, breaks_at: int | None = None) -> None:
        super().__init__()
        self.breaks_at = breaks_at
        self._busy = threading.Lock()

    def paint_together(self, sittings: Sequence[Sitting]) -> list[Painted]:
        assert self._busy.acquire(blocking=False), "asked to paint two batches at once"
        try:
            if len(self.batches) == self.breaks_at:
                self.fails_with = EngineDown("no current")
            return super().paint_together(sittings)
        finally:
            self.fails_with = None
            self._busy.release()


class Guest:
    """A thread with a seat, which takes its next step when told to."""

    def __init__(self, number: int, seat: Seat, steps: list[Step]) -> None:
        self.number, self.seat, self.steps = number, seat, steps
        self.go = Semaphore(0)
        self.came: list[Painting | BaseException] = []
        self.thread = Thread(target=self._sit, daemon=True)
        self.thread.start()

    def _sit(self) -> None:
        try:
            for step in self.steps:
                assert self.go.acquire(timeout=PATIENCE)
                if step in ("leaves", "dies"):
                    return
                self._ask(step)
        finally:
            self.seat.leave()

    def _ask(self, step: Step) -> None:
        request = PaintRequest(step, 8, 8, seed=100 * self.number + len(self.came))
        try:
            self.came += self.seat.paint(request, _stop if step == "asks and is stopped" else quiet)
        except (Refusal, EngineDown, Canceled) as error:
            self.came.append(error)

    def expects(self) -> Iterator[type | int]:
        """What should come of each request, where the engine works."""
        for number, step in enumerate(self.steps):
            if step in ("leaves", "dies"):
                return
            yield {"asks in vain": Refusal, "asks and is stopped": Canceled}.get(step, 100 * self.number + number)


def _stop(share: float, _: object = None) -> None:
    raise Canceled


@pytest.fixture(autouse=True, scope="module")
def _impatient() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(together, "PATIENCE", 0.005)
        yield


@given(
    plans=st.lists(st.lists(st.sampled_from(STEPS), max_size=3), min_size=1, max_size=5),
    order=st.randoms(use_true_random=False),
    breaks_at=st.none() | st.integers(0, 3),
)
def test_whatever_they_do_everybody_gets_what_is_their_own_and_nobody_waits_for_ever(
    plans: list[list[Step]], order: Random, breaks_at: int | None
) -> None:
    engine = Easily(breaks_at)
    engine.refuses["asks in vain"] = Refusal("invalid", "No.")
    table = Together(engine, len(plans))
    turns = [number for number, steps in enumerate(plans) for _ in steps]
    order.shuffle(turns)  # before anybody sits down: here hypothesis may give up an example
    guests = [Guest(number, table.seats[number], steps) for number, steps in enumerate(plans)]
    for number in turns:
        guests[number].go.release()

    for guest in guests:
        guest.thread.join(PATIENCE)
        assert not guest.thread.is_alive(), "it waits for ever"
        for came, expected in zip(guest.came, guest.expects(), strict=True):
            _matches(came, expected)
    table.wait()


def _matches(came: Painting | BaseException, expected: type | int) -> None:
    """Or the engine was down for all of them; or it was stopped before it could be painted in vain."""
    if isinstance(came, EngineDown):
        return
    if isinstance(expected, type):
        assert isinstance(came, expected)
    else:
        assert isinstance(came, Painting)
        assert came.seed == expected


def in_threads(*jobs: Callable[[], object]) -> list[Thread]:
    threads = [Thread(target=job, daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    return threads


def join(threads: list[Thread]) -> None:
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()


def asks(seat: Seat, prompt: str = "a red fox") -> Callable[[], object]:
    return lambda: seat.paint(PaintRequest(prompt, 8, 8, 1), quiet)


def test_all_who_ask_are_painted_in_one_go() -> None:
    engine = Batcher()
    table = Together(engine, 4)
    join(in_threads(*(asks(seat, f"{number} foxes") for number, seat in enumerate(table.seats))))
    assert len(engine.batches) == 1
    assert sorted(request.prompt for request in engine.batches[0]) == ["0 foxes", "1 foxes", "2 foxes", "3 foxes"]


def test_the_others_are_painted_as_soon_as_one_leaves_without_asking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "PATIENCE", 10 * PATIENCE)
    engine = Batcher()
    first, second, leaver = (table := Together(engine, 3)).seats
    threads = in_threads(asks(first), asks(second))
    while len(table._waiting) < 2:
        threads[0].join(0.01)
    leaver.leave()
    leaver.leave()
    join(threads)
    table.wait()
    assert [len(batch) for batch in engine.batches] == [2]


def test_one_that_is_not_wanted_any_more_does_not_wait_for_the_others() -> None:
    engine = Batcher()
    canceled, slow = Together(engine, 2).seats
    with pytest.raises(Canceled):
        canceled.paint(PaintRequest("a red fox", 8, 8, 1), _stop)
    canceled.leave()
    join(in_threads(asks(slow)))
    assert [len(batch) for batch in engine.batches] == [1]


def test_the_engine_is_not_free_before_everybody_has_pictures_or_has_left() -> None:
    first, second = (table := Together(Batcher(), 2)).seats
    painted = in_threads(asks(first), asks(second))
    join(painted)
    table.wait()
    assert first.settled.is_set()

    first, second = (table := Together(Batcher(), 2)).seats
    first.leave()
    waiting = in_threads(table.wait)
    waiting[0].join(0.05)
    assert waiting[0].is_alive()
    second.leave()
    join(waiting)


def test_an_engine_that_paints_too_few_is_everybodys_trouble() -> None:
    class Careless(Batcher):
        def paint_together(self, sittings: Sequence[Sitting]) -> list[Painted]:
            return super().paint_together(sittings)[1:]

    [seat] = Together(Careless(), 1).seats
    with pytest.raises(ValueError, match="shorter"):
        seat.paint(PaintRequest("a red fox", 8, 8, 1), quiet)
