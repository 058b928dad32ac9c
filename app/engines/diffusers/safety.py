"""The checker that comes with Stable Diffusion, where its files are there: it looks at what was painted.

It knows one category. Asked after painting, it serves every family and paints nothing black.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.engines.diffusers.faults import first_line
from app.engines.diffusers.pipes import Pipes
from app.engines.diffusers.weights import CHECKER
from app.engines.protocol import EngineDown

if TYPE_CHECKING:
    from PIL.Image import Image

CATEGORY = "sexual"
FETCHED = "CompVis--stable-diffusion-safety-checker"  # for models that bring none

Checker = Callable[[Sequence["Image"]], list[str]]
"""For each picture a category, or nothing."""


def checker(pipes: Pipes, model: Path, models: Path) -> Checker | None:
    """The one of the model's own folder, else the one that was fetched. Raises EngineDown for one that is broken."""
    places = ((model / CHECKER, model / "feature_extractor"), (models / FETCHED, models / FETCHED))
    for weights, extractor in places:
        if (weights / "config.json").is_file() and (extractor / "preprocessor_config.json").is_file():
            try:
                return _opened(weights, extractor, pipes)
            except Exception as error:  # each library has its own, down to those of a broken file
                raise EngineDown(
                    f"CHECK_PICTURES: the checker {weights} cannot be opened: {first_line(error)}: mend it, or set "
                    "CHECK_PICTURES=no"
                ) from error
    return None


def _opened(weights: Path, extractor: Path, pipes: Pipes) -> Checker:
    import numpy as np
    import torch
    from diffusers.pipelines.stable_diffusion.safety_checker import StableDiffusionSafetyChecker
    from transformers import CLIPImageProcessor

    precision = torch.float32 if pipes.offloading else pipes.dtype  # the GPU is full then
    options: dict[str, Any] = {"dtype": precision, "local_files_only": True}
    sees = CLIPImageProcessor.from_pretrained(str(extractor), local_files_only=True)
    judges = StableDiffusionSafetyChecker.from_pretrained(str(weights), **options)
    judges = judges.eval() if pipes.offloading else judges.eval().to(pipes.place.device)

    def check(images: "Sequence[Image]") -> list[str]:
        seen = sees(list(images), return_tensors="pt").pixel_values.to(judges.device, judges.dtype)
        _, flags = judges(clip_input=seen, images=[np.zeros((1, 1, 3)) for _ in images])
        return [CATEGORY if flag else "" for flag in flags]

    return check
