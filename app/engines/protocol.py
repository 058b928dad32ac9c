"""What every engine promises: a request in, pictures out, progress on the way."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:  # the web process describes requests and never opens a picture
    from PIL.Image import Image

Tint = tuple[str, str]
"""Two colours of the picture to come, as #rrggbb: what a page shows until it is there."""

OnProgress = Callable[[float], None]
"""Called with the share of the work done, 0.0 to 1.0. It raises to stop the painting: let it pass."""


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

    @classmethod
    def of(cls, source: Source, prompt: str = "", seed: int = 0, style: str | None = None) -> Self:
        """A request for a picture of the source's own size."""
        return cls(prompt, *source.picture.size, seed, style=style, source=source)


@dataclass(frozen=True)
class Painting:
    """One picture as painted: RGB, exactly the size asked for. The n-th of a request has seed `seed + n`.

    It is RGBA when the request's source was not opaque.
    """

    image: "Image"
    seed: int
    style: str  # the style that was used, chosen or asked for


class Engine(Protocol):
    """A painter. `name` is its setting value; `title` is how a page names it ("the built-in illustrator").

    `tint` is quick and comes before painting; None if the engine cannot know.
    """

    name: str
    title: str

    def tint(self, request: PaintRequest) -> Tint | None: ...

    def paint(self, request: PaintRequest, on_progress: OnProgress) -> list[Painting]: ...
