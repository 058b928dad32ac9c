"""One call of a pipeline, for the pictures of several requests at once."""

import inspect
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from app.engines.diffusers.canvas import onto
from app.engines.diffusers.families import Family
from app.engines.diffusers.manner import Manner
from app.engines.diffusers.noise import Step
from app.engines.diffusers.order import Piece
from app.engines.diffusers.pipes import Pipe

if TYPE_CHECKING:
    from PIL.Image import Image

OnStep = Callable[[float, Step], None]
"""Told the share of the steps that are done, and the last of them."""


def call(pipe: Pipe, family: Family, manner: Manner, pieces: Sequence[Piece], on_step: OnStep) -> "list[Image]":
    """The pictures as painted, of the manner's canvas. What `on_step` raises ends it at that step."""
    known = inspect.signature(pipe.__call__).parameters
    options = _options(family, manner, pieces) | {"callback_on_step_end": _telling(on_step)}
    result = pipe(**{name: value for name, value in options.items() if name in known and value is not None})
    return list(result.images)


def _options(family: Family, manner: Manner, pieces: Sequence[Piece]) -> dict[str, Any]:
    """What pipelines take; None leaves a thing to the pipeline. Every picture has a seed of its own."""
    import torch

    given = [onto(piece.order.given, manner.canvas) for piece in pieces if piece.order.given]
    masks = [mask for _, mask in given if mask is not None]
    return {
        "prompt": [piece.order.words for piece in pieces],
        "negative_prompt": [piece.order.left_out for piece in pieces] if family.negative else None,
        "width": manner.canvas[0],
        "height": manner.canvas[1],
        "num_inference_steps": manner.steps,
        "guidance_scale": manner.guidance,
        "generator": [torch.Generator("cpu").manual_seed(piece.seed) for piece in pieces],
        "image": [picture for picture, _ in given] or None,
        "mask_image": masks or None,
        "strength": manner.strength if given else None,
    }


def _telling(on_step: OnStep) -> Callable[..., dict[str, Any]]:
    """What a pipeline calls after each step."""
    before: Any = None

    def on_step_end(pipe: Pipe, step: int, time: Any, kept: dict[str, Any]) -> dict[str, Any]:
        nonlocal before
        latents = kept["latents"]
        on_step(min(1.0, (step + 1) / max(pipe.num_timesteps, 1)), Step(pipe, time, before, latents))
        before = latents
        return kept

    return on_step_end
