"""A part of a picture, in a shape that fits."""

from typing import Annotated

from pydantic import ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from app.toolkit import PICTURE, Bench, Choice, Outcome, Params, Question, Tool, field, one_of
from app.toolkit.fitting import fitting

FREE = "free"
RATIOS = (
    Choice("1:1", "Square 1:1"),
    Choice("4:5", "Portrait 4:5"),
    Choice("9:16", "Story 9:16"),
    Choice("16:9", "Landscape 16:9"),
    Choice("3:1", "Banner 3:1"),
    Choice("2:3", "Pin 2:3"),
    Choice("1.91:1", "Link preview 1.91:1"),
    Choice("4:3", "Classic 4:3"),
    Choice("3:2", "Photo 3:2"),
    Choice(FREE, "My own rectangle"),
)
FOCUSES = (Choice("auto", "What stands out"), Choice("center", "The middle"))


class CropParams(Params):
    ratio: Annotated[str, one_of(RATIOS)] = field(
        "1:1", label="Shape", help="Width to height, as large as fits.", choices=RATIOS
    )
    focus: Annotated[str, one_of(FOCUSES)] = field(
        "auto", label="Keep in view", help="What a shape is laid around.", choices=FOCUSES
    )
    x: int = field(0, label="From the left", help="Of your own rectangle, in pixels.", ge=0, le=100_000)
    y: int = field(0, label="From the top", help="Of your own rectangle, in pixels.", ge=0, le=100_000)
    width: int | None = field(
        None, label="Width", help="Of your own rectangle, in pixels.", ge=1, le=100_000, validate_default=True
    )
    height: int | None = field(
        None, label="Height", help="Of your own rectangle, in pixels.", ge=1, le=100_000, validate_default=True
    )

    @field_validator("width", "height")
    @classmethod
    def _needed_for_a_rectangle(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value is None and info.data.get("ratio") == FREE:
            raise PydanticCustomError("needed", "needed for a rectangle of your own")
        return value


def run(bench: Bench, params: CropParams) -> Outcome:
    from app.imaging.crop import crop, crop_to

    picture, budget = bench.files["image"], fitting(bench, written_alike=True)
    if params.ratio == FREE and params.width and params.height:
        box = (params.x, params.y, params.width, params.height)
        return Outcome.of(bench.sandboxed(crop, picture, box=box, budget=budget))
    wide, _, tall = params.ratio.partition(":")
    ratio = float(wide) / float(tall)
    return Outcome.of(bench.sandboxed(crop_to, picture, ratio=ratio, focus=params.focus, budget=budget))


tool = Tool(
    name="crop",
    title="Crop",
    Params=CropParams,
    price=lambda _: 10,
    run=run,
    sentence="The shapes of social networks, or a rectangle of your own.",
    done="Cropped picture complete.",
    files=(PICTURE,),
    icon="crop",
    steps=(
        "Add a picture or an animation.",
        "Choose a shape, or give a rectangle in pixels.",
        "Download it in the format it came in.",
    ),
    questions=(
        Question(
            "Which shape goes where?",
            "Square and portrait suit Instagram posts; story suits Instagram, TikTok and YouTube Shorts; landscape "
            "suits YouTube and slides; banner suits the headers of X and LinkedIn; pin suits Pinterest; link preview "
            "suits Facebook and messengers.",
        ),
        Question(
            "How does it find what stands out?",
            "By contrast, colour and detail; of somebody standing, the upper part stays. With more than one subject it "
            "may choose the other one.",
        ),
        Question("Is anything scaled?", "No. What remains keeps its pixels; use resize for the size."),
        Question("Do animations keep moving?", "Yes, every frame is cut alike."),
        Question("What about hidden data?", "Place, camera and other metadata are removed, the colour profile stays."),
    ),
)
