"""The tools by name, once for both clients. A tool that has no method here runs by `run("its-name", file, …)`."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Generic, TypeVar

from limn.given import File, Given

R = TypeVar("R")


class Tools(ABC, Generic[R]):
    """`R` is what a run gives: a job, or one to be awaited.

    Each takes the tool's options, and besides them `idempotency_key`: a run that comes again with the same key and the
    same options is the run it was before, and paid once. Left out, each call is a run of its own.
    """

    @abstractmethod
    def start(self, tool: str, file: File | None, options: Mapping[str, Given]) -> R:
        """Run a tool on a file, or on none."""

    def run(self, tool: str, file: File | None = None, **options: Given) -> R:
        """Run a tool on a file: where it is, its bytes, an open file, or an earlier job whose result to work on.

        Further files among the options are a Path or bytes. Raises a LimnError when the server refuses.
        """
        return self.start(tool, file, options)

    def generate(self, prompt: str, **options: Given) -> R:
        """Words into a picture: style, aspect_ratio, quality, count, seed, negative_prompt, model."""
        return self.start("generate", None, {"prompt": prompt, **options})

    def convert(self, file: File, to: str, **options: Given) -> R:
        """Into another format: png, jpg, webp, gif, bmp, tiff, heic, avif, svg or pdf."""
        return self.start("convert", file, {"option": to, **options})

    def remove_background(self, file: File, background_image: str | Path | None = None, **options: Given) -> R:
        """The subject alone, or before a colour or a picture of your own."""
        return self.start("remove-background", file, {**options, "background_image": _path(background_image)})

    def upscale(self, file: File, scale: int = 2, **options: Given) -> R:
        """2, 4 or 8 times the size."""
        return self.start("upscale", file, {"scale": scale, **options})

    def image_to_image(self, file: File, prompt: str, **options: Given) -> R:
        """What the picture should become, in words."""
        return self.start("image-to-image", file, {"prompt": prompt, **options})

    def magic_edit(self, file: File, mask: str | Path | bytes, prompt: str, **options: Given) -> R:
        """Repaint what is white in the mask."""
        return self.start("magic-edit", file, {"prompt": prompt, **options, "mask": _path(mask)})

    def restyle(self, file: File, style: str, **options: Given) -> R:
        """As a watercolor, a comic, pixel art and more."""
        return self.start("restyle", file, {"style": style, **options})

    def resize(self, file: File, **options: Given) -> R:
        """width, height or percent; fit; enlarge."""
        return self.start("resize", file, options)

    def crop(self, file: File, **options: Given) -> R:
        """ratio and focus, or x, y, width and height."""
        return self.start("crop", file, options)

    def compress(self, file: File, **options: Given) -> R:
        """target_kb or quality."""
        return self.start("compress", file, options)

    def rotate(self, file: File, **options: Given) -> R:
        """angle, flip."""
        return self.start("rotate", file, options)

    def metadata(self, file: File, **options: Given) -> R:
        """What a photo tells besides its pixels, for free; action="strip" takes it out."""
        return self.start("metadata", file, options)


def _path(file: str | Path | bytes | None) -> Path | bytes | None:
    """A file that may be given by where it is, as an option that is a file."""
    return Path(file) if isinstance(file, str) else file
