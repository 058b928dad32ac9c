"""One loaded model, and a pipeline over it for each task."""

from collections.abc import Iterable
from typing import Any

from app.engines.diffusers.memory import let_go
from app.engines.diffusers.place import Place, dtype_of
from app.engines.protocol import Task
from app.refusals import Refusal

Pipe = Any  # diffusers is untyped


AUTO = {
    Task.WORDS: "AutoPipelineForText2Image",
    Task.PICTURE: "AutoPipelineForImage2Image",
    Task.PART: "AutoPipelineForInpainting",
}


def auto(task: Task) -> Any:
    """What opens any model for this task."""
    import diffusers

    return getattr(diffusers, AUTO[task])


class Pipes:
    """The pipelines share every module of the one that was loaded. For one thread at a time."""

    def __init__(self, pipe: Pipe, task: Task, place: Place) -> None:
        self.place = place
        self.offloading = self.tiled = self.compiled = False
        self._pipes: dict[Task, Pipe] = {task: pipe}
        self._first, self._latest = pipe, pipe

    @property
    def dtype(self) -> Any:
        return dtype_of(self.place)

    @property
    def vae(self) -> Any:
        return getattr(self._first, "vae", None) or getattr(self._first, "vqvae", None)

    @property
    def network(self) -> Any:
        """What paints: the part that is asked at every step."""
        return getattr(self._first, "unet", None) or getattr(self._first, "transformer", None)

    @property
    def side(self) -> int | None:
        """Of the square in pixels that the network was trained on; None where it does not say."""
        config = getattr(self.network, "config", None)
        size, scale = getattr(config, "sample_size", None), getattr(self._first, "vae_scale_factor", None)
        return size * scale if isinstance(size, int) and isinstance(scale, int) else None

    def knows(self, task: Task) -> bool:
        try:
            self.of(task)
        except Refusal:
            return False
        return True

    def of(self, task: Task) -> Pipe:
        """Refuses with `engine_unavailable` what this kind of model cannot do."""
        if task not in self._pipes:
            try:
                self._pipes[task] = auto(task).from_pipe(self._first)
            except (ValueError, TypeError) as error:
                raise Refusal("engine_unavailable", _cannot(task)) from error
            self._pipes[task].set_progress_bar_config(disable=True)
        pipe = self._pipes[task]
        if self.offloading and pipe is not self._latest:
            pipe.enable_model_cpu_offload()  # the order in which parts come and go is each pipeline's own
        self._latest = pipe
        return pipe

    def settle(self, *, short: bool) -> None:
        """To its device: as a whole, or, where memory is short, a part at a time."""
        import torch

        self._first.set_progress_bar_config(disable=True)
        for module in (self.network, self.vae):
            dimensions = {weight.dim() for weight in module.parameters()} if module is not None else set()
            if 4 in dimensions and 5 not in dimensions:  # torch does it to all of them or fails
                module.to(memory_format=torch.channels_last)
        if not short:
            self._first.to(self.place.device)
            return
        while self.lighten():
            pass

    def lighten(self) -> bool:
        """Take less memory and more time, by the next way there is. False if there is nothing left to save."""
        if not self.tiled:
            self.tiled = True
            for saving in ("enable_tiling", "enable_slicing"):
                getattr(self.vae, saving, lambda: None)()
            return True
        if self.place.device == "cuda" and not self.offloading:
            self.offloading = True
            self._latest.enable_model_cpu_offload()
            return True
        return False

    def compile(self) -> None:
        """In place, for every pipeline; block by block where the network names its blocks, which is quicker."""
        if getattr(self.network, "_repeated_blocks", None):
            self.network.compile_repeated_blocks(fullgraph=True)
        else:
            self.network.compile()
        self.compiled = True

    def give_back(self) -> None:
        """What nobody holds any more, and what was left half-way."""
        let_go(self.place.device)
        if self.offloading:
            self._latest.maybe_free_model_hooks()


def in_order(tasks: Iterable[Task]) -> list[Task]:
    return [task for task in Task if task in tasks]


def _cannot(task: Task) -> str:
    does = {Task.WORDS: "paint from words", Task.PICTURE: "start from a picture", Task.PART: "repaint a part of one"}
    return f"This model cannot {does[task]}. Choose another model."
