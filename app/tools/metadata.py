"""What a file says about a picture besides its pixels: seen, or taken out."""

from typing import Annotated

from app.toolkit import PICTURE, Bench, Choice, Outcome, Params, Question, Tool, field, one_of
from app.toolkit.fitting import fitting

LOOK = "look"
ACTIONS = (Choice(LOOK, "Look at it"), Choice("strip", "Take it out"))
PRICE = {LOOK: 0, "strip": 10}


class MetadataParams(Params):
    action: Annotated[str, one_of(ACTIONS)] = field(LOOK, label="What to do", help="Looking is free.", choices=ACTIONS)


def run(bench: Bench, params: MetadataParams) -> Outcome:
    from app.imaging.metadata import look, strip

    looking = params.action == LOOK
    budget = fitting(bench, written_alike=not looking)
    return Outcome.of(bench.sandboxed(look if looking else strip, bench.files["image"], budget=budget))


tool = Tool(
    name="metadata",
    title="Metadata",
    Params=MetadataParams,
    price=lambda params: PRICE[params.action],
    priced_by="action",
    run=run,
    sentence="See what a photo tells about you, and take it out.",
    done="Metadata complete.",
    files=(PICTURE,),
    icon="info",
    steps=(
        "Add a photo.",
        "Look, for free, at what it tells: where, when, with what.",
        "Take it all out, and download the clean file.",
    ),
    questions=(
        Question("What is hidden in a photo?", "Often the place it was taken, the time, the camera and who took it."),
        Question(
            "What is taken out?",
            "All of it: EXIF, place, XMP, IPTC, comments, hidden previews, and anything hung onto the end of the file.",
        ),
        Question(
            "Does the picture change?",
            "No: a JPG, PNG, GIF or WEBP keeps every pixel. Other formats are written again, at a high quality.",
        ),
        Question(
            "What stays?",
            "The colour profile, without which colours would look different. "
            "A note that a JPG is turned is kept or applied.",
        ),
        Question("Does looking cost anything?", "No."),
    ),
)
