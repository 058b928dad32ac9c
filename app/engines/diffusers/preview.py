"""What there is so far, as a small picture, while a model paints."""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.engines.diffusers.families import Family, Pixels
from app.engines.diffusers.faults import first_line
from app.engines.diffusers.noise import Step, cleared
from app.engines.diffusers.pipes import Pipes
from app.engines.diffusers.projection import coloured, measured
from app.engines.protocol import PREVIEW

if TYPE_CHECKING:
    from PIL.Image import Image

CELLS = 48  # along a side, that a small decoder gets to see: it takes eight pixels from each

logger = logging.getLogger(__name__)

Colours = Callable[[Any], Any]
"""Latents into (n, height, width, 3) from -1 to 1."""


class Preview:
    """Pictures of at most PREVIEW pixels from a step's latents. One that fails is the last: painting goes on."""

    def __init__(self, colours: Colours) -> None:
        self._colours: Colours | None = colours

    def __call__(self, step: Step, canvas: Pixels) -> "list[Image]":
        if self._colours is None:
            return []
        try:
            return [_small(each) for each in self._colours(_unpacked(step, canvas))]
        except Exception as error:  # noqa: BLE001  (latents are of many kinds, and it is only about a preview)
            logger.warning("no more previews: %s", error)
            self._colours = None
            return []


def previewer(pipes: Pipes, family: Family, folders: Sequence[Path]) -> Preview | None:
    """With the small decoder that lies in one of these folders, by its family's name for it; else by projection."""
    for folder in folders:
        for found in (folder / family.decoder, folder / f"madebyollin--{family.decoder}"):
            if family.decoder and (found / "config.json").is_file() and (colours := _decoder(found, pipes)):
                return Preview(colours)
    mixture = measured(pipes.vae) if pipes.vae is not None else None
    return Preview(lambda latents: coloured(latents, mixture)) if mixture is not None else None


def _decoder(folder: Path, pipes: Pipes) -> Colours | None:
    import torch
    from diffusers import AutoencoderTiny

    options: dict[str, Any] = {"dtype": pipes.dtype, "local_files_only": True}
    try:
        tiny = AutoencoderTiny.from_pretrained(str(folder), **options).to(pipes.place.device)
    except Exception as error:  # noqa: BLE001  (files are broken in many ways, and it is only about a preview)
        logger.warning("%s cannot be opened: %s", folder, first_line(error))
        return None

    def colours(latents: Any) -> Any:
        scale = min(1.0, CELLS / max(latents.shape[-2:]))
        small = torch.nn.functional.interpolate(latents, scale_factor=scale, mode="area") if scale < 1 else latents
        with torch.no_grad():
            return tiny.decode(small.to(tiny.device, tiny.dtype)).sample.float().cpu().movedim(1, -1).clamp(-1, 1)

    return colours


def _unpacked(step: Step, canvas: Pixels) -> Any:
    """Without noise, as (n, channels, height, width). FLUX and its like keep four cells in one, row after row."""
    latents = cleared(step)
    if latents.dim() == 3:
        latents = step.pipe._unpack_latents(latents, canvas[1], canvas[0], step.pipe.vae_scale_factor)
    return latents.squeeze(2) if latents.dim() == 5 else latents


def _small(colours: Any) -> "Image":
    from PIL import Image

    image = Image.fromarray(((colours + 1) * 127.5).round().byte().numpy())
    image.thumbnail((PREVIEW, PREVIEW))
    return image
