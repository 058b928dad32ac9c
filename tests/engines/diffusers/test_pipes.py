"""How one loaded model is laid out for its device, and what it does without when memory is short."""

from types import SimpleNamespace
from typing import Any

import pytest

from app.engines.diffusers.memory import free_bytes
from app.engines.diffusers.pipes import Pipes
from app.engines.diffusers.place import Place
from app.engines.protocol import Task

pytestmark = pytest.mark.needs("diffusers")


class Pipe:
    """As much of a pipeline as is asked for there. It remembers what it did to save memory."""

    def __init__(self, **parts: Any) -> None:
        self.saved: list[str] = []
        self.vae = SimpleNamespace(
            enable_tiling=lambda: self.saved.append("tiles"), enable_slicing=lambda: None, parameters=list
        )
        vars(self).update(parts)

    def set_progress_bar_config(self, *, disable: bool) -> None:
        assert disable

    def to(self, device: str) -> None:
        self.saved.append(f"all on {device}")

    def enable_model_cpu_offload(self) -> None:
        self.saved.append("a part at a time")


def on(device: str, pipe: Pipe) -> Pipes:
    return Pipes(pipe, Task.WORDS, Place(device, "float32"))


def test_a_decoder_of_pictures_and_of_films_can_be_opened() -> None:
    import torch

    both = torch.nn.Sequential(torch.nn.Conv2d(1, 1, 1), torch.nn.Conv3d(1, 1, 1))
    on("cpu", Pipe(vae=both)).settle(short=False)


def test_the_side_of_a_model_whose_network_has_another_name_is_not_known() -> None:
    assert on("cpu", Pipe()).side is None


def test_a_picture_that_does_not_fit_is_first_decoded_in_tiles_and_then_painted_a_part_at_a_time() -> None:
    pipes = on("cuda", pipe := Pipe())
    assert pipes.lighten()
    assert pipe.saved == ["tiles"]
    assert pipes.lighten()
    assert pipe.saved == ["tiles", "a part at a time"]
    assert not pipes.lighten()


def test_a_model_that_does_not_fit_is_laid_out_in_both_ways() -> None:
    on("cuda", pipe := Pipe()).settle(short=True)
    assert pipe.saved == ["tiles", "a part at a time"]


def test_what_torch_keeps_of_a_model_that_failed_to_open_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    kept = [7]
    monkeypatch.setattr(torch.cuda, "empty_cache", kept.clear)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda: (10 - sum(kept), 10))
    assert free_bytes("cuda") == 10
