"""A picture and words into another picture."""

from typing import Annotated, Self

from app.engines.protocol import PaintRequest, Source, Task
from app.toolkit import PICTURE, Bench, Outcome, Params, Question, Tool, exact, field, one_of
from app.toolkit.repaint import opened, outcome
from app.toolkit.styles import STYLES
from app.toolkit.values import ModelName, model_field, seed_field, settle_seed

PRICE = 30  # credits a picture


class ImageToImageParams(Params):
    prompt: str = field(
        ..., label="Prompt", help="What the picture should become, in your own words.", min_length=3, max_length=1000
    )
    strength: float = field(
        0.5, label="Strength", help="0 keeps the picture, 1 keeps little but its layout.", ge=0, le=1
    )
    style: Annotated[str | None, one_of(STYLES)] = field(
        None, label="Style", help="How it is painted; left out, it is chosen from the prompt.", choices=STYLES
    )
    negative_prompt: str = field("", label="Leave out", help="What the picture should not show.", max_length=1000)
    seed: int | None = seed_field()
    model: ModelName = model_field(Task.PICTURE)

    def settled(self) -> Self:
        return settle_seed(self)


class WiderImageToImageParams(exact.ExactPicture, ImageToImageParams):
    """Without words, too: another picture like this one."""


def price(params: ImageToImageParams) -> int:
    return PRICE * exact.many(params)


def run(bench: Bench, params: ImageToImageParams) -> Outcome:
    picture, made = opened(bench)
    size = exact.size_of(params) or picture.size
    request = PaintRequest(
        params.prompt,
        *exact.canvas(params, size),
        seed=params.seed or 0,
        count=exact.many(params),
        style=params.style,
        negative_prompt=params.negative_prompt,
        source=Source(picture, params.strength),
        quality=exact.quality_of(params),
    )
    return outcome(bench, exact.finished(params, bench.paint(request), size), made)


tool = Tool(
    name="image-to-image",
    title="Image to image",
    Params=ImageToImageParams,
    Wider=WiderImageToImageParams,
    size=lambda params: exact.size_of(params) or (0, 0),
    price=price,
    run=run,
    sentence="Start from a picture and say what it should become.",
    done="Image to image complete.",
    files=(PICTURE,),
    paints=Task.PICTURE,
    icon="images",
    steps=(
        "Add the picture to start from.",
        "Write what it should become, and how far it may leave the original.",
        "Compare, download, or go on from the result.",
    ),
    questions=(
        Question(
            "What does strength do?",
            "Around 0.25 the picture changes its light and touch. Around 0.5 it takes a new style and keeps its "
            "shapes. From 0.7 on it moves to the place that your words name.",
        ),
        Question("How large is the result?", "As large as your picture, up to 2,048 pixels on the longer side."),
        Question("Can I repeat a result?", "Yes, with the same picture, words, strength and seed."),
        Question("Who paints it?", "The engine of this site; its name stands beside each result."),
        Question(
            "Whose is the result?", "What is painted is CC0. The rights in the picture you bring stay as they are."
        ),
    ),
)
