"""A model from its folder into memory, in whatever way there is room for it."""

import logging
import os
from importlib import import_module

from app.engines.catalogue import Model
from app.engines.diffusers.families import tasks_of
from app.engines.diffusers.faults import first_line
from app.engines.diffusers.memory import free_bytes
from app.engines.diffusers.pipes import Pipes, auto, in_order
from app.engines.diffusers.place import Place, best_place, dtype_of
from app.engines.diffusers.weights import GB, Weights, weights_of
from app.engines.protocol import EngineDown
from config import Settings

AT_WORK = 1.1  # times its weights, what a model takes on the machine's own processors while it paints
ROOM = int(2.5 * GB)  # beside the weights on a GPU, for painting one picture of a million pixels
QUIET = {  # read once, when the libraries are imported
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    "DIFFUSERS_VERBOSITY": "error",
}

logger = logging.getLogger(__name__)


def load(model: Model, settings: Settings) -> tuple[Pipes, Weights]:
    """Raises EngineDown, one line that names the setting and the way out."""
    weights = weights_of(model, settings)
    _import(weights)
    try:
        pipes = _opened(weights)
    except EngineDown:
        raise
    except Exception as error:  # each library has its own, down to those of a broken file
        raise EngineDown(f"{weights.setting}: {weights.folder} cannot be opened: {first_line(error)}") from error
    _hint(model, weights, pipes)
    if settings.COMPILE_MODEL:
        _compile(pipes)
    return pipes, weights


def _import(weights: Weights) -> None:
    os.environ.update(QUIET)
    try:
        for library in ("torch", "diffusers", "transformers"):  # in this order: diffusers looks whether torch is there
            import_module(library)
    except (ImportError, OSError) as error:  # the latter where a library of CUDA is missing
        raise EngineDown(
            f"{weights.setting}: {weights.folder} needs PyTorch and diffusers, which are not installed ({error}): run "
            "`make diffusers`, or choose another ENGINE"
        ) from error
    from diffusers.utils import logging as of_diffusers
    from transformers.utils import logging as of_transformers

    for told in (of_diffusers, of_transformers):
        told.set_verbosity_error()
        told.disable_progress_bar()


def _opened(weights: Weights) -> Pipes:
    place = best_place()
    short = _is_short(weights, place)
    task = in_order(tasks_of(weights.folder))[0]
    pipe = auto(task).from_pretrained(
        str(weights.folder),
        dtype=dtype_of(place),
        local_files_only=True,
        variant=weights.variant,
        safety_checker=None,  # it is asked by us, after painting: diffusers would paint it over
        requires_safety_checker=False,
    )
    pipes = Pipes(pipe, task, place)
    pipes.settle(short=short)
    return pipes


def _is_short(weights: Weights, place: Place) -> bool:
    """Whether the model fits onto its device only a part at a time. Raises EngineDown where it does not fit at all."""
    needs, free = weights.bytes_of(place.bytes_a_number), free_bytes(place.device)
    if place.device == "cuda":
        if needs + ROOM <= free:
            return False
        if weights.largest(place.bytes_a_number) + ROOM <= free and needs <= free_bytes("cpu"):
            return True
        raise _too_little(weights, needs + ROOM, free, "of the GPU's memory")
    if needs * AT_WORK > free:
        raise _too_little(weights, int(needs * AT_WORK), free, "of memory")
    return False


def _too_little(weights: Weights, needs: int, free: int, kind: str) -> EngineDown:
    return EngineDown(
        f"{weights.setting}: {weights.folder} takes {needs / GB:.1f} GB {kind} and {free / GB:.1f} GB are free: choose "
        "a smaller model, or give it a larger machine"
    )


def _compile(pipes: Pipes) -> None:
    if pipes.place.device == "cuda":
        pipes.compile()
    else:
        logger.warning("COMPILE_MODEL does nothing on %s", pipes.place.device)


def _hint(model: Model, weights: Weights, pipes: Pipes) -> None:
    """A line for tasks that the operator has named and the model does not know."""
    lacking = [task for task in in_order(model.tasks) if not pipes.knows(task)]
    if lacking:
        names = ", ".join(f"“{task}”" for task in lacking)
        logger.warning("%s: it cannot do %s: take that out of its tasks", weights.setting, names)
