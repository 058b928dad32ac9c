"""Paint over a part of a picture, and say what should be there."""

from dataclasses import replace
from typing import Annotated, Self

from app.engines.protocol import PaintRequest, Source, Task
from app.toolkit import PICTURE, Bench, Choice, FileField, Outcome, Params, Question, Tool, exact, field, one_of
from app.toolkit.fitting import fitting
from app.toolkit.repaint import LONGEST, outcome
from app.toolkit.values import ModelName, model_field, seed_field, settle_seed

PRICE = 30  # credits a picture
REPAINTED = (Choice("white", "White"), Choice("transparent", "Transparent"))


class MagicEditParams(Params):
    prompt: str = field(
        ...,
        label="Prompt",
        help="What should be there, as in “a red balloon”, or “remove it”.",
        min_length=3,
        max_length=1000,
    )
    repaint: Annotated[str, one_of(REPAINTED)] = field(
        "white", label="Repaint where the mask is", help="How the mask marks what to repaint.", choices=REPAINTED
    )
    seed: int | None = seed_field()
    model: ModelName = model_field(Task.PART)

    def settled(self) -> Self:
        return settle_seed(self)


class WiderMagicEditParams(exact.ExactPicture, MagicEditParams):
    prompt: str = field(..., label="Prompt", help="What should be there.", min_length=1, max_length=32_000)


def price(params: MagicEditParams) -> int:
    return PRICE * exact.many(params)


def run(bench: Bench, params: MagicEditParams) -> Outcome:
    from app.imaging import pixels
    from app.imaging.edit import Edit

    files = bench.files["image"], bench.files["mask"]
    made = bench.sandboxed(pixels.open_for_edit, *files, repaint=params.repaint, budget=fitting(bench))
    edit = Edit(*(pixels.take_up(file) for file in made.files), longest=LONGEST)
    source = Source(edit.part, mask=edit.mask_of_part)
    canvas = exact.canvas(params, edit.part.size)
    request = PaintRequest(
        params.prompt,
        *canvas,
        seed=params.seed or 0,
        count=exact.many(params),
        source=source,
        quality=exact.quality_of(params),
    )
    paintings = [replace(each, image=edit.finished(each.image)) for each in bench.paint(request)]
    size = exact.size_of(params) or edit.picture.size
    return outcome(bench, exact.finished(params, paintings, size), made)


tool = Tool(
    name="magic-edit",
    title="Magic edit",
    Params=MagicEditParams,
    Wider=WiderMagicEditParams,
    size=lambda params: exact.size_of(params) or (0, 0),
    price=price,
    run=run,
    sentence="Brush over a part of a picture and say what should be there instead.",
    done="Magic edit complete.",
    files=(
        PICTURE,
        FileField("mask", "Mask", "A picture of the same shape: white is painted anew, black stays."),
    ),
    paints=Task.PART,
    icon="brush",
    steps=(
        "Add a picture and brush over what should change.",
        "Write what should be there, or “remove it”.",
        "Compare, download, or brush over the next thing.",
    ),
    questions=(
        Question(
            "How do I remove something?",
            "Brush over all of it and a little of its surroundings, its shadow too, and write “remove it”.",
        ),
        Question("Does the rest change?", "Not by one pixel: outside the mask the picture stays exactly as it was."),
        Question("Does the picture get smaller?", "No, it keeps its size."),
        Question(
            "Which masks can I send?",
            "Any picture of the same shape, where white is repainted. A mask that marks by transparency works too: "
            "set the option beside it.",
        ),
        Question("Is my mask kept?", "Yes, with the job, so that you can open it again and go on brushing."),
    ),
)
