"""Latents into colours without decoding them: for each point a mixture of its numbers, a matter of a millisecond.

The mixture is measured on the model's own decoder at the start, so it fits every family: pictures of plain colours are
encoded, and the least squares tell how to come back.
"""

import logging
from typing import Any

SIDE = 128
GRAINS = (2, 4, 8, 16)  # patches of colour along a side, one picture of each

logger = logging.getLogger(__name__)


def measured(vae: Any) -> Any:
    """A matrix of (channels + 1) x 3, the last row being added; None where this kind of decoder gives none."""
    try:
        return _fitted(vae)
    except Exception as error:  # noqa: BLE001  (decoders are of many kinds, and it is only about a preview)
        logger.warning("there will be no previews: %s", error)
        return None


def coloured(latents: Any, mixture: Any) -> Any:
    """Of (n, channels, height, width): (n, height, width, 3) from -1 to 1."""
    values = latents.float().cpu().movedim(1, -1)
    return (values @ mixture[:-1] + mixture[-1]).clamp(-1, 1)


def _fitted(vae: Any) -> Any:
    import torch

    pictures = _patches()
    with torch.no_grad():
        latents = encoded(vae, pictures)
    target = torch.nn.functional.adaptive_avg_pool2d(pictures, latents.shape[-2:])
    points = latents.movedim(1, -1).reshape(-1, latents.shape[1])
    points = torch.cat([points, torch.ones(len(points), 1)], dim=1)
    mixture = torch.linalg.lstsq(points, target.movedim(1, -1).reshape(-1, 3), driver="gelsd").solution
    return mixture if bool(mixture.isfinite().all()) else None


def encoded(vae: Any, pictures: Any) -> Any:
    """As pipelines scale them. An encoder that half precision overflows is asked in single."""
    import torch

    dtype = vae.dtype
    exact = dtype == torch.float16
    if exact:
        vae.to(torch.float32)
    at_work = getattr(getattr(vae, "_hf_hook", None), "execution_device", None) or vae.device  # where it comes and goes
    found = vae.encode(pictures.to(at_work, vae.dtype))
    if exact:
        vae.to(dtype)
    latents = found.latent_dist.mean if hasattr(found, "latent_dist") else found.latent
    shift = getattr(vae.config, "shift_factor", None) or 0.0
    return (latents.float().cpu() - shift) * vae.config.scaling_factor


def _patches() -> Any:
    """The same pictures every time: patches of colour, of several sizes, flowing into each other."""
    import torch

    random = torch.Generator("cpu").manual_seed(0)
    made = [torch.rand(1, 3, grain, grain, generator=random) * 2 - 1 for grain in GRAINS]
    return torch.cat([torch.nn.functional.interpolate(each, size=(SIDE, SIDE), mode="bilinear") for each in made])
