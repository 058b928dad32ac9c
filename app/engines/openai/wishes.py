"""A request in the words of the Images API."""

import secrets
from dataclasses import dataclass, field

from app.engines.openai.laid import Laid
from app.engines.openai.manners import Manners
from app.engines.openai.sizes import Size, nearest, rounded
from app.engines.openai.words import negative_of, prompt_of
from app.engines.protocol import PaintRequest, Task

GENERATIONS, EDITS = "images/generations", "images/edits"
PREVIEWS = 3  # the most there are
CLOSE = 0.4  # below this strength an edit keeps closely to its picture

Fields = dict[str, str | int]
Files = dict[str, tuple[str, bytes, str]]


@dataclass(frozen=True)
class Wish:
    """What is sent to a call, and how many pictures it should give; `laid` is the given picture on its canvas.

    However often it is sent, by `once` an endpoint can tell that it is one wish, to be painted and paid for once.
    """

    call: str
    fields: Fields
    files: Files
    count: int
    laid: Laid | None
    once: str = field(default_factory=lambda: secrets.token_urlsafe(16))

    def form(self) -> dict[str, str]:
        return {name: str(value).lower() if value is True else str(value) for name, value in self.fields.items()}


def wish(request: PaintRequest, manners: Manners, model: str, done: int = 0) -> Wish:
    """The next wish of a request of which `done` pictures are there already."""
    count = request.count - done if manners.takes("n") else 1
    canvas = _canvas(request, manners)
    fields = _fields(request, manners, canvas)
    fields |= {"seed": request.seed + done} if manners.takes("seed") else {}
    fields |= {"n": count} if count > 1 else {}
    fields |= {"model": model} if model else {}
    fields |= _streamed(manners) if count == 1 else {}
    if request.source is None:
        return Wish(GENERATIONS, fields, {}, count, None)
    laid = Laid(request, request.source, canvas)
    return Wish(EDITS, fields, _files(laid), count, laid)


def _fields(request: PaintRequest, manners: Manners, canvas: Size) -> Fields:
    """Those that the endpoint takes, as far as anybody knows."""
    negative = negative_of(request)
    wished: Fields = {
        "prompt": prompt_of(request, negatives=manners.takes("negative_prompt")),
        "size": f"{canvas[0]}x{canvas[1]}",
        "response_format": "b64_json",
    }
    if negative:
        wished["negative_prompt"] = negative
    if request.quality in manners.quality:
        wished["quality"] = manners.quality[request.quality]
    if request.task is Task.PICTURE and request.source and request.source.strength < CLOSE:
        wished["input_fidelity"] = "high"
    return {name: value for name, value in wished.items() if manners.takes(name)}


def _streamed(manners: Manners) -> Fields:
    """One picture comes as events, with previews: an endpoint that is written to notices, too, when nobody listens."""
    if not manners.takes("stream"):
        return {}
    streamed: Fields = {"stream": True}
    return streamed | {"partial_images": PREVIEWS} if manners.takes("partial_images") else streamed


def _canvas(request: PaintRequest, manners: Manners) -> Size:
    wanted = request.width, request.height
    return nearest(wanted, manners.sizes) if manners.sizes else rounded(wanted, manners.pixels)


def _files(laid: Laid) -> Files:
    files = {"image": ("image.png", laid.picture(), "image/png")}
    mask = laid.mask()
    return files | {"mask": ("mask.png", mask, "image/png")} if mask else files
