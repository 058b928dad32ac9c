"""A picture in another size."""

from typing import Annotated

from app.toolkit import PICTURE, Bench, Choice, Outcome, Params, Question, Tool, field, one_of
from app.toolkit.fitting import fitting

FITS = (
    Choice("inside", "Fit inside"),
    Choice("cover", "Fill and crop"),
    Choice("exact", "Stretch"),
)


class ResizeParams(Params):
    width: int | None = field(None, label="Width", help="In pixels. Left out, it follows the height.", ge=1, le=12000)
    height: int | None = field(None, label="Height", help="In pixels. Left out, it follows the width.", ge=1, le=12000)
    percent: float = field(
        50, label="Percent", help="Of the size now; counts where neither width nor height is given.", ge=1, le=1000
    )
    fit: Annotated[str, one_of(FITS)] = field(
        "inside", label="If the shape differs", help="What happens where width and height are given.", choices=FITS
    )
    enlarge: bool = field(False, label="May get larger", help="Otherwise a smaller picture stays as it is.")


def run(bench: Bench, params: ResizeParams) -> Outcome:
    from app.imaging.resize import resize

    budget = fitting(bench, written_alike=True)
    return Outcome.of(bench.sandboxed(resize, bench.files["image"], budget=budget, **params.model_dump()))


tool = Tool(
    name="resize",
    title="Resize",
    Params=ResizeParams,
    price=lambda _: 10,
    run=run,
    sentence="Exact pixels or percent, with nothing stretched unless you say so.",
    done="Resized picture complete.",
    files=(PICTURE,),
    icon="scaling",
    steps=(
        "Add a picture or an animation.",
        "Write a width, a height, both, or a percentage.",
        "Download it in the format it came in.",
    ),
    questions=(
        Question(
            "What if I give width and height?",
            "“Fit inside” keeps the whole picture within them. “Fill and crop” fills them and cuts what sticks out. "
            "“Stretch” takes them exactly.",
        ),
        Question("Does it make pictures larger?", "Only when you allow it; upscale does that better."),
        Question("Do animations keep moving?", "Yes: GIF, WEBP and AVIF keep every frame and its timing."),
        Question("Does the quality suffer?", "Shrinking keeps all the sharpness the new size can hold (Lanczos)."),
        Question("What about hidden data?", "Place, camera and other metadata are removed, the colour profile stays."),
    ),
)
