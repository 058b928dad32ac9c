"""What there is so far, as small pictures."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.engines.diffusers.engine import Diffusers
from app.engines.diffusers.noise import Step, cleared
from app.engines.diffusers.preview import Preview, previewer
from app.engines.diffusers.projection import coloured, encoded, measured
from app.engines.protocol import PREVIEW, PaintRequest
from tests.engines.diffusers import tiny
from tests.engines.diffusers.conftest import Open

FOX = PaintRequest("a red fox", 64, 64, seed=5, count=2)


def shown(engine: Diffusers, request: PaintRequest = FOX) -> list[list[Image.Image]]:
    kept: list[list[Image.Image]] = []
    engine.paint(request, lambda _, previews=None: kept.append(list(previews)) if previews else None)
    return kept


@pytest.mark.parametrize("kind", ["sd", "sdxl", "sd3", "flux"])
def test_previews_are_small_and_change_and_there_is_one_for_each(engine_of: Open, kind: str) -> None:
    previews = shown(engine_of(kind))
    assert len(previews) >= 2
    for both in previews:
        assert [(image.mode, max(image.size) <= PREVIEW) for image in both] == [("RGB", True)] * 2
    assert previews[0][0].tobytes() != previews[-1][0].tobytes()


def test_there_is_none_at_the_last_step_for_the_picture_follows(engine: Diffusers) -> None:
    told: list[tuple[float, bool]] = []
    engine.paint(FOX, lambda share, previews=None: told.append((share, previews is not None)))
    assert [previews for _, previews in told[-2:]] == [False, False]


def test_they_come_at_most_every_tenth(engine: Diffusers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.engines.diffusers.batch.SHOWN_EVERY", 0.5)
    assert len(shown(engine)) == 1


def test_a_small_decoder_is_taken_where_its_files_are(engine: Diffusers, tmp_path: Path) -> None:
    tiny.lay_decoder(tmp_path)
    pipes, family = engine.painter.pipes, engine.painter.family
    by_decoder, by_projection = (previewer(pipes, family, [folder]) for folder in (tmp_path, tmp_path / "none"))
    engine.painter.preview = by_decoder
    decoded = shown(engine)
    engine.painter.preview = by_projection
    assert max(decoded[0][0].size) == 64  # of a decoder that makes two pixels of a cell
    assert max(shown(engine)[0][0].size) == 32


def test_a_small_decoder_that_is_broken_is_told_and_left_out(
    engine: Diffusers, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "taesd").mkdir()
    (tmp_path / "taesd/config.json").write_text("{}")
    engine.painter.preview = previewer(engine.painter.pipes, engine.painter.family, [tmp_path])
    assert shown(engine)
    assert f"{tmp_path / 'taesd'} cannot be opened: " in caplog.text


@pytest.mark.needs("diffusers")
def test_the_projection_is_measured_on_the_models_own_decoder() -> None:
    """One whose latents are a known mixture of colours: measuring finds the way back, shift and scale and all."""
    import torch

    mixture = torch.tensor([[0.5, 0.2, 0.1], [0.1, -0.4, 0.3], [0.2, 0.3, -0.6], [0.4, 0.1, 0.2]])

    class Mixing:
        dtype, device = torch.float32, torch.device("cpu")
        config = SimpleNamespace(scaling_factor=0.18, shift_factor=0.06)

        def encode(self, pictures: Any) -> Any:
            cells = torch.nn.functional.avg_pool2d(pictures, 8)
            mean = torch.einsum("lc,nchw->nlhw", mixture, cells)
            return SimpleNamespace(latent_dist=SimpleNamespace(mean=mean))

    pictures = torch.rand(2, 3, 64, 64) * 2 - 1
    back = coloured(encoded(Mixing(), pictures), measured(Mixing()))
    wanted = torch.nn.functional.avg_pool2d(pictures, 8).movedim(1, -1)
    np.testing.assert_allclose(back.numpy(), wanted.numpy(), atol=1e-3)


@pytest.mark.needs("diffusers")
def test_a_decoder_that_cannot_be_measured_means_no_previews(caplog: pytest.LogCaptureFixture) -> None:
    assert measured(object()) is None
    assert "there will be no previews" in caplog.text


def test_a_preview_that_fails_is_the_last_and_painting_goes_on(
    engine: Diffusers, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_latents: Any) -> Any:
        raise ValueError("odd latents")

    engine.painter.preview = Preview(broken)
    assert shown(engine) == []
    assert caplog.text.count("no more previews: odd latents") == 1


@pytest.mark.needs("diffusers")
@pytest.mark.parametrize("name", ["EulerDiscreteScheduler", "DDIMScheduler", "FlowMatchEulerDiscreteScheduler"])
def test_noise_is_taken_away_wherever_the_steps_go_straight(name: str) -> None:
    """A model that knows the answer: at every step the preview is that answer already."""
    import diffusers
    import torch

    scheduler = getattr(diffusers, name)()
    scheduler.set_timesteps(4)
    answer, noise = torch.full((1, 4, 2, 2), 0.3), torch.randn(1, 4, 2, 2)
    first = scheduler.timesteps[:1]
    flows = name.startswith("Flow")
    now = scheduler.scale_noise(answer, first, noise) if flows else scheduler.add_noise(answer, noise, first)
    for time in scheduler.timesteps:
        before = now
        scheduler.scale_model_input(now, time) if hasattr(scheduler, "scale_model_input") else None
        now = scheduler.step(noise - answer if flows else noise, time, now, return_dict=False)[0]
        step = Step(type("Pipe", (), {"scheduler": scheduler}), time, before, now)
        np.testing.assert_allclose(cleared(step).numpy(), answer.numpy(), atol=0.02)
