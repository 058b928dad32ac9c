"""What is asked, in words: for what the Images API has no parameter of its own."""

from app.engines.protocol import PaintRequest, Task
from app.engines.styles import worded

KEPT = (  # up to which strength, and what that means
    (0.35, "Change the given picture only a little: keep its shapes, layout and colours."),
    (0.65, "Keep the shapes and the layout of the given picture."),
    (1.0, "Keep no more than the layout of the given picture."),
)
AGAIN = "Another picture like the given one"
SAME = "The given picture, painted again as this"


def prompt_of(request: PaintRequest, *, negatives: bool) -> str:
    """The words, with the style, the strength and, where the endpoint has no `negatives`, what to leave out."""
    words = worded(request.prompt, request.style)[0]
    if request.task is Task.PICTURE:
        words = f"{_about(request, words)}. {_kept(request)}"
    if request.negative_prompt and not negatives:
        words = f"{words}{'' if words.endswith('.') else '.'} Leave out: {request.negative_prompt}"
    return words


def negative_of(request: PaintRequest) -> str:
    """What the picture should not show, the style's own included."""
    return ", ".join(part for part in (request.negative_prompt, worded("", request.style)[1]) if part)


def _about(request: PaintRequest, words: str) -> str:
    if request.prompt:
        return words.rstrip(".")
    return f"{SAME}: {words}" if words else AGAIN


def _kept(request: PaintRequest) -> str:
    strength = request.source.strength if request.source else 1.0
    return next((told for most, told in KEPT if strength <= most), KEPT[-1][1])
