"""A picture turned or mirrored."""

from typing import Annotated, Any

from app.toolkit import PICTURE, Bench, Choice, Outcome, Params, Question, Tool, field, one_of
from app.toolkit.fitting import fitting
from app.toolkit.values import Colour

FLIPS = (
    Choice("none", "Not at all"),
    Choice("horizontal", "Left and right"),
    Choice("vertical", "Top and bottom"),
)


class RotateParams(Params):
    angle: float | None = field(
        None, label="Turn by", help="Degrees clockwise. Left out: 90, or 0 when it is mirrored.", ge=-360, le=360
    )
    flip: Annotated[str, one_of(FLIPS)] = field(
        "none", label="Mirror", help="What changes places, before it is turned.", choices=FLIPS
    )
    color: Colour = field(
        "#ffffff", label="Corners", help="The colour of new corners in formats without transparency, as #rrggbb."
    )


def run(bench: Bench, params: RotateParams) -> Outcome:
    from app.imaging.rotate import rotate

    angle = params.angle if params.angle is not None else (90 if params.flip == "none" else 0)
    options: dict[str, Any] = {"angle": angle, "flip": params.flip, "color": params.color}
    budget = fitting(bench, written_alike=True)
    return Outcome.of(bench.sandboxed(rotate, bench.files["image"], budget=budget, **options))


tool = Tool(
    name="rotate",
    title="Rotate and flip",
    Params=RotateParams,
    price=lambda _: 10,
    run=run,
    sentence="Quarter turns without loss, any angle, and mirroring.",
    done="Rotated picture complete.",
    files=(PICTURE,),
    icon="rotate-cw",
    steps=(
        "Add a picture or an animation.",
        "Choose the angle, or which way to mirror it.",
        "Download it in the format it came in.",
    ),
    questions=(
        Question("Which way does it turn?", "Clockwise. Minus degrees turn it the other way."),
        Question(
            "What is in the new corners?",
            "Nothing where the format can be transparent, else the colour you choose.",
        ),
        Question("Does a quarter turn lose quality?", "No pixel changes; a JPG is written again at a high quality."),
        Question("My photo lies on its side. Why?", "Its orientation was only a note in the file. Here it is applied."),
        Question("Do animations keep moving?", "Yes, every frame is turned alike."),
    ),
)
