"""What a diffusers model paints, by the pipelines of real ones: the numbers are random, all the rest is not."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.engines.diffusers.engine import Diffusers
from app.engines.protocol import PaintRequest, Source, Task, quiet
from app.refusals import Refusal
from tests.engines.diffusers.conftest import Open

FOX = PaintRequest("a red fox", 96, 64, seed=5)


def painted(engine: Diffusers, request: PaintRequest) -> Image.Image:
    return engine.paint(request, quiet)[0].image


@pytest.mark.parametrize("kind", ["sd", "sdxl", "sd3", "flux"])
def test_every_family_does_every_task_at_the_exact_size(
    engine_of: Open, kind: str, picture: Image.Image, mask: Image.Image
) -> None:
    engine = engine_of(kind)
    for source in (None, Source(picture, 0.5), Source(picture, mask=mask)):
        image = painted(engine, replace(FOX, width=90, height=50, source=source))
        assert (image.mode, image.size) == ("RGB", (90, 50))
        assert np.asarray(image).std() > 1


def test_one_model_is_loaded_for_all_tasks(engine: Diffusers) -> None:
    words, picture, part = (engine.painter.pipes.of(task) for task in Task)
    assert len({type(words), type(picture), type(part)}) == 3
    for name in ("unet", "vae", "text_encoder", "tokenizer"):
        assert getattr(words, name) is getattr(picture, name) is getattr(part, name)


def test_the_same_request_paints_the_same_bytes(engine: Diffusers) -> None:
    assert painted(engine, FOX).tobytes() == painted(engine, FOX).tobytes()


def test_another_seed_paints_another_picture(engine: Diffusers) -> None:
    assert painted(engine, FOX).tobytes() != painted(engine, replace(FOX, seed=6)).tobytes()


def test_the_pictures_of_a_request_have_seeds_of_their_own(engine: Diffusers) -> None:
    paintings = engine.paint(replace(FOX, count=2), quiet)
    assert [painting.seed for painting in paintings] == [5, 6]
    assert far_apart(paintings[1].image, painted(engine, replace(FOX, seed=6))) < 1


def far_apart(one: Image.Image, other: Image.Image) -> float:
    return float(np.abs(np.asarray(one, int) - np.asarray(other, int)).mean())


def test_what_is_left_out_changes_the_picture(engine: Diffusers) -> None:
    assert painted(engine, FOX).tobytes() != painted(engine, replace(FOX, negative_prompt="blue")).tobytes()


def test_a_family_that_knows_nothing_of_leaving_out_paints_the_same(engine_of: Open) -> None:
    engine = engine_of("flux")
    assert painted(engine, FOX).tobytes() == painted(engine, replace(FOX, negative_prompt="blue")).tobytes()


def test_a_style_reaches_the_words_and_what_is_left_out(engine: Diffusers, asked: list[dict[str, Any]]) -> None:
    [painting] = engine.paint(replace(FOX, style="watercolor", negative_prompt="blue"), quiet)
    assert painting.style == "watercolor"
    assert asked[0]["prompt"][0].startswith("watercolor painting, a red fox")
    assert asked[0]["negative_prompt"][0].startswith("blue, photograph")


def test_without_a_style_the_words_stay_as_they_are(engine: Diffusers, asked: list[dict[str, Any]]) -> None:
    assert engine.paint(FOX, quiet)[0].style == ""
    assert asked[0]["prompt"] == ["a red fox"]


@pytest.mark.parametrize(("quality", "steps"), [("standard", 3), ("high", 4), ("ultra", 5)])
def test_quality_is_steps(engine: Diffusers, asked: list[dict[str, Any]], quality: str, steps: int) -> None:
    engine.paint(replace(FOX, quality=quality), quiet)
    assert asked[0]["num_inference_steps"] == steps


@pytest.fixture
def asked(engine: Diffusers, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the pipeline for words was asked, call by call."""
    kept: list[dict[str, Any]] = []
    pipe = engine.painter.pipes.of(Task.WORDS)
    real = type(pipe).__call__

    def listening(self: Any, *given: Any, **options: Any) -> Any:
        kept.append(options)
        return real(self, *given, **options)

    listening.__signature__ = __import__("inspect").signature(real)  # type: ignore[attr-defined]
    monkeypatch.setattr(type(pipe), "__call__", listening)
    return kept


def test_outside_the_mask_every_byte_stays(engine: Diffusers, picture: Image.Image, mask: Image.Image) -> None:
    image = painted(engine, replace(FOX, source=Source(picture, mask=mask)))
    before, after, hole = np.asarray(picture), np.asarray(image), np.asarray(mask) > 0
    assert (before == after)[~hole].all()
    assert (before != after)[hole].any()


def test_transparency_stays(engine: Diffusers, picture: Image.Image) -> None:
    clear = picture.convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(picture.size))
    image = painted(engine, replace(FOX, source=Source(clear, 0.5)))
    assert image.mode == "RGBA"
    assert image.getchannel("A").tobytes() == clear.getchannel("A").tobytes()


def test_without_strength_a_picture_stays_as_it_is(engine: Diffusers, picture: Image.Image) -> None:
    assert painted(engine, replace(FOX, source=Source(picture, 0.0))).tobytes() == picture.tobytes()


@pytest.mark.parametrize("strength", [0.02, 1 / 49, 1.0])
def test_every_strength_leaves_a_step_to_go(engine: Diffusers, picture: Image.Image, strength: float) -> None:
    image = painted(engine, replace(FOX, source=Source(picture, strength)))
    assert image.tobytes() != picture.tobytes()


def test_a_mask_of_another_size_is_refused(engine: Diffusers, picture: Image.Image) -> None:
    with pytest.raises(Refusal) as refused:
        engine.paint(replace(FOX, source=Source(picture, mask=Image.new("L", (5, 5)))), quiet)
    assert refused.value.facts["field"] == "mask"


def test_a_task_that_the_model_does_not_know_is_refused_by_name(
    engine: Diffusers, picture: Image.Image, mask: Image.Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.engines.diffusers.pipes import Pipes

    class WordsOnly:
        @staticmethod
        def from_pipe(_: object) -> object:
            raise ValueError("AutoPipeline can't find a pipeline linked to this one")

    pipes = engine.painter.pipes
    engine.painter.pipes = Pipes(pipes.of(Task.WORDS), Task.WORDS, pipes.place)
    monkeypatch.setattr("diffusers.AutoPipelineForInpainting", WordsOnly)
    with pytest.raises(Refusal, match="cannot repaint a part") as refused:
        engine.paint(replace(FOX, source=Source(picture, mask=mask)), quiet)
    assert refused.value.code == "engine_unavailable"


def test_nobody_knows_its_colours_beforehand(engine: Diffusers) -> None:
    assert engine.tint(FOX) is None
