"""Several requests painted in one call: each keeps its seed, its progress, its end and its failure to itself."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.engines.diffusers.call import call
from app.engines.diffusers.engine import Diffusers
from app.engines.protocol import EngineGone, Painted, Painting, PaintRequest, Sitting, Source, quiet
from app.refusals import Refusal

FOX = PaintRequest("a red fox", 64, 64, seed=5)
OWL = PaintRequest("a grey owl", 64, 64, seed=9, style="oil")
ROUNDING = 0.5  # of 255, in the mean: sums of a batch are rounded otherwise

Call = Callable[..., "list[Image.Image]"]


class Unwanted(Exception):
    """What a canceled job's progress raises."""


class Calls:
    """Listens to the calls of a painter's pipelines: how many pictures each was for. `before` may raise."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sizes: list[int] = []
        self.before: Callable[[Sequence[Any]], None] = lambda _: None
        real = call

        def listening(pipe: Any, family: Any, manner: Any, pieces: Sequence[Any], on_step: Any) -> list[Image.Image]:
            self.sizes.append(len(pieces))
            self.before(pieces)
            return real(pipe, family, manner, pieces, on_step)

        monkeypatch.setattr("app.engines.diffusers.batch.call", listening)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    return Calls(monkeypatch)


def together(engine: Diffusers, *requests: PaintRequest) -> list[Painted]:
    return engine.paint_together([Sitting(request, quiet) for request in requests])


def paintings(painted: Painted) -> list[Painting]:
    assert isinstance(painted, list), painted
    return painted


def far_apart(one: Image.Image, other: Image.Image) -> float:
    return float(np.abs(np.asarray(one, int) - np.asarray(other, int)).mean())


def test_requests_of_one_size_are_painted_in_one_call_as_they_are_alone(engine: Diffusers, calls: Calls) -> None:
    fox, owl = (paintings(painted)[0] for painted in together(engine, FOX, OWL))
    assert calls.sizes == [2]
    assert (fox.seed, owl.seed, owl.style) == (5, 9, "oil")
    assert far_apart(fox.image, engine.paint(FOX, quiet)[0].image) < ROUNDING
    assert far_apart(owl.image, engine.paint(OWL, quiet)[0].image) < ROUNDING
    assert far_apart(fox.image, owl.image) > 10 * ROUNDING


@pytest.mark.parametrize("marked", [False, True])
def test_pictures_with_pictures_to_start_from_are_painted_together(
    engine: Diffusers, calls: Calls, picture: Image.Image, mask: Image.Image, marked: bool
) -> None:
    sources = [Source(each, mask=mask if marked else None) for each in (picture, picture.rotate(180))]
    requests = [replace(FOX, width=96, source=source) for source in sources]
    both = [paintings(painted)[0].image for painted in together(engine, *requests)]
    assert calls.sizes == [2]
    for request, image in zip(requests, both, strict=True):
        assert far_apart(image, engine.paint(request, quiet)[0].image) < ROUNDING


def test_what_does_not_go_together_is_painted_one_after_the_other(engine: Diffusers, calls: Calls) -> None:
    wide, better = replace(FOX, width=128), replace(FOX, quality="high")
    outcomes = together(engine, FOX, wide, better)
    assert calls.sizes == [1, 1, 1]
    assert [paintings(each)[0].image.size for each in outcomes] == [(64, 64), (128, 64), (64, 64)]


def test_more_than_the_setting_says_are_several_calls(engine: Diffusers, calls: Calls) -> None:
    engine.painter.most = 2
    [fox, owl] = together(engine, replace(FOX, count=2), OWL)
    assert calls.sizes == [2, 1]
    assert [each.seed for each in paintings(fox)] == [5, 6]
    assert paintings(owl)[0].seed == 9


def test_progress_is_told_to_each_and_ends_with_all_of_it(engine: Diffusers) -> None:
    told: dict[str, list[float]] = {"fox": [], "owl": []}
    engine.painter.most = 2
    sittings = [
        Sitting(replace(FOX, count=2), lambda share, _=None: told["fox"].append(share)),
        Sitting(OWL, lambda share, _=None: told["owl"].append(share)),
    ]
    engine.paint_together(sittings)
    for shares in told.values():
        assert shares == sorted(shares)
        assert shares[-1] == 1.0
    assert len(told["owl"]) >= 4


def test_one_that_is_canceled_is_gone_within_a_step_and_the_others_go_on(engine: Diffusers, calls: Calls) -> None:
    told: list[float] = []

    def canceled(share: float, _previews: object = None) -> None:
        told.append(share)
        raise Unwanted

    fox, owl = engine.paint_together([Sitting(FOX, canceled), Sitting(OWL, quiet)])
    assert isinstance(fox, Unwanted)
    assert len(told) == 1
    assert paintings(owl)[0].seed == 9
    assert calls.sizes == [2]


def test_when_all_are_canceled_the_call_ends_at_that_step(engine: Diffusers) -> None:
    steps: list[float] = []

    def canceled(share: float, _previews: object = None) -> None:
        steps.append(share)
        raise Unwanted

    outcomes = engine.paint_together([Sitting(FOX, canceled), Sitting(OWL, canceled)])
    assert [type(outcome) for outcome in outcomes] == [Unwanted, Unwanted]
    assert len(steps) == 2  # one each, at the first step
    assert paintings(together(engine, FOX)[0])[0].seed == 5  # and the next one is painted


def test_a_canceled_request_begins_no_further_call(engine: Diffusers, calls: Calls) -> None:
    def canceled(share: float, _previews: object = None) -> None:
        raise Unwanted

    engine.painter.most = 2
    [outcome] = engine.paint_together([Sitting(replace(FOX, count=4), canceled)])
    assert isinstance(outcome, Unwanted)
    assert calls.sizes == [2]


def test_alone_its_own_cancel_is_raised(engine: Diffusers) -> None:
    def canceled(share: float, _previews: object = None) -> None:
        raise Unwanted

    with pytest.raises(Unwanted):
        engine.paint(FOX, canceled)


def room_for(pictures: int) -> Callable[[Sequence[Any]], None]:
    import torch

    def full(pieces: Sequence[Any]) -> None:
        if len(pieces) > pictures:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")

    return full


def test_what_memory_has_no_room_for_is_halved_and_none_is_lost(
    engine: Diffusers, calls: Calls, caplog: pytest.LogCaptureFixture
) -> None:
    calls.before = room_for(1)
    outcomes = together(engine, *(replace(FOX, seed=seed) for seed in range(4)))
    assert [paintings(each)[0].seed for each in outcomes] == [0, 1, 2, 3]
    assert calls.sizes == [4, 2, 1, 1, 2, 1, 1]
    assert "no memory for 4 of 64 x 64 at once" in caplog.text


def test_the_smaller_size_is_remembered_for_that_canvas(engine: Diffusers, calls: Calls) -> None:
    calls.before = room_for(2)
    requests = [replace(FOX, seed=seed) for seed in range(4)]
    together(engine, *requests)
    together(engine, *requests)
    together(engine, *(replace(request, width=32) for request in requests[:2]))
    assert calls.sizes == [4, 2, 2, 2, 2, 2]


def test_one_alone_is_tried_in_less_memory_and_then_refused(
    engine: Diffusers, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    lightened = iter([True, False])
    monkeypatch.setattr(engine.painter.pipes, "lighten", lambda: next(lightened))
    calls.before = room_for(0)
    [outcome] = together(engine, FOX)
    assert calls.sizes == [1, 1]
    assert isinstance(outcome, Refusal)
    assert (outcome.code, "64 × 64" in outcome.message) == ("out_of_memory", True)


def test_less_memory_is_taken_once_by_decoding_in_tiles(engine: Diffusers) -> None:
    pipes = engine.painter.pipes
    try:
        assert pipes.lighten()
        assert pipes.vae.use_tiling
        assert not pipes.lighten()
        assert paintings(together(engine, FOX)[0])[0].image.size == (64, 64)
    finally:
        pipes.tiled = False
        pipes.vae.disable_tiling()
        pipes.vae.disable_slicing()


def test_one_that_fails_spoils_only_itself(engine: Diffusers, calls: Calls) -> None:
    def poisoned(pieces: Sequence[Any]) -> None:
        if any(piece.order.request is OWL for piece in pieces):
            raise ValueError("the owl")

    calls.before = poisoned
    fox, owl = together(engine, FOX, OWL)
    assert paintings(fox)[0].seed == 5
    assert isinstance(owl, ValueError)
    assert calls.sizes == [2, 1, 1]


def test_one_that_is_refused_beforehand_holds_nobody_up(engine: Diffusers, calls: Calls, picture: Image.Image) -> None:
    bad = replace(FOX, source=Source(picture, mask=Image.new("L", (5, 5))))
    refused, fox = together(engine, bad, FOX)
    assert isinstance(refused, Refusal)
    assert paintings(fox)[0].seed == 5
    assert calls.sizes == [1]


def test_a_device_that_is_gone_is_nobodys_fault(engine: Diffusers, calls: Calls) -> None:
    def gone(_pieces: Sequence[Any]) -> None:
        raise RuntimeError("CUDA error: an illegal memory access was encountered\nCompile with …")

    calls.before = gone
    with pytest.raises(EngineGone, match=r"an illegal memory access was encountered$"):
        together(engine, FOX, OWL)
