"""What every engine promises: a request in, pictures out, progress on the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, Self, runtime_checkable

if TYPE_CHECKING:  # the web process describes requests and never opens a picture
    from PIL.Image import Image

Tint = tuple[str, str]
"""Two colours of the picture to come, as #rrggbb: what a page shows until it is there."""

PREVIEW = 128  # pixels of a preview's longer side, at most


class Task(StrEnum):
    """What can be asked of a model."""

    WORDS = "words"  # words into a picture
    PICTURE = "picture"  # a picture into another
    PART = "part"  # a part of a picture anew


class OnProgress(Protocol):
    """Called with the share of the work done, 0.0 to 1.0. It raises to stop the painting: let it pass.

    `previews` show what there is so far, a small RGB picture for each that is asked for; None says nothing new.
    """

    def __call__(self, share: float, previews: "Sequence[Image] | None" = None, /) -> None: ...


def quiet(share: float, previews: "Sequence[Image] | None" = None) -> None:
    """For whoever does not want to know."""


class EngineDown(Exception):
    """The model does not work at present and will later: not the job's fault. The message is for people."""


class EngineGone(EngineDown):
    """It does not work in this process any more: only a new one can open the model again."""


@dataclass(frozen=True)
class Source:
    """A picture to start from, of any mode.

    `strength` says how far to leave it: 0.2 to 0.3 is subtle, 0.4 to 0.6 a new style with the same shapes, above that
    little but its layout stays. With a `mask` (L, of the picture's size, white = repaint) only what is white is painted
    anew, whatever the strength; every other byte stays.
    """

    picture: "Image"
    strength: float = 0.5
    mask: "Image | None" = None


@dataclass(frozen=True)
class PaintRequest:
    """One thing to paint. Sizes in pixels; the same request paints the same bytes on one machine.

    With a source it says what to make of that picture, which is fitted to the size; an empty prompt then means
    nothing but the style.
    """

    prompt: str
    width: int
    height: int
    seed: int
    count: int = 1
    style: str | None = None  # None: the engine chooses from the prompt
    negative_prompt: str = ""
    source: Source | None = None
    quality: str = "standard"  # high and ultra: more steps, where an engine knows steps

    @property
    def task(self) -> Task:
        if self.source is None:
            return Task.WORDS
        return Task.PICTURE if self.source.mask is None else Task.PART

    @classmethod
    def of(cls, source: Source, prompt: str = "", seed: int = 0, style: str | None = None) -> Self:
        """A request for a picture of the source's own size."""
        return cls(prompt, *source.picture.size, seed, style=style, source=source)


@dataclass(frozen=True)
class Painting:
    """One picture as painted: RGB, exactly the size asked for. The n-th of a request has seed `seed + n`.

    It is RGBA when the request's source was not opaque. One that its engine `withheld` says why: a category.
    """

    image: "Image"
    seed: int
    style: str  # the style that was used, chosen or asked for; empty where the engine has none
    withheld: str = ""


class Engine(Protocol):
    """A painter. `title` is how a page names it ("the built-in illustrator").

    `tint` is quick and comes before painting; None if the engine cannot know. `paint` raises Refusal for what it will
    not or cannot paint, and EngineDown. `together` is how many pictures it paints in the time of one, or nearly.
    """

    title: str
    together: int

    def tint(self, request: PaintRequest) -> Tint | None: ...

    def paint(self, request: PaintRequest, on_progress: OnProgress) -> list[Painting]: ...


@dataclass(frozen=True)
class Sitting:
    """One request among those that are painted together."""

    request: PaintRequest
    on_progress: OnProgress


Painted = list[Painting] | BaseException
"""What came of one request: its pictures, or what its own progress or its own refusal raised."""


@runtime_checkable
class Batching(Engine, Protocol):
    """An engine that paints requests together; it sorts out by itself which of them can be."""

    def paint_together(self, sittings: Sequence[Sitting]) -> list[Painted]:
        """In their order. Raises EngineDown for all of them."""
        ...
