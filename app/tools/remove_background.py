"""A picture without its background, or with another one."""

from typing import Annotated, Any

from app.refusals import Refusal
from app.toolkit import PICTURE, Bench, Choice, FileField, Outcome, Params, Question, Tool, field, one_of
from app.toolkit.fitting import fitting
from app.toolkit.values import Colour

BACKGROUNDS = (
    Choice("transparent", "Transparent"),
    Choice("color", "A colour"),
    Choice("picture", "Another picture"),
    Choice("blur", "Blurred"),
)


class RemoveBackgroundParams(Params):
    background: Annotated[str, one_of(BACKGROUNDS)] = field(
        "transparent", label="Background", help="What stands behind the cut-out.", choices=BACKGROUNDS
    )
    color: Colour = field("#ffffff", label="Colour", help="Of the background, as #rrggbb.")
    blur: int = field(40, label="Blur", help="How soft a blurred background is.", ge=1, le=100)


def run(bench: Bench, params: RemoveBackgroundParams) -> Outcome:
    from app.imaging.cutout.work import cut_out

    behind = bench.files.get("background_image") if params.background == "picture" else None
    if params.background == "picture" and behind is None:
        raise Refusal("invalid", "Choose the picture that goes behind.", field="background_image")
    matte = bench.files.get("matte") or _by_model(bench)
    budget = fitting(bench, patient=True)
    options: dict[str, Any] = params.model_dump()
    return Outcome.of(bench.sandboxed(cut_out, bench.files["image"], matte, behind, budget=budget, **options))


def _by_model(bench: Bench) -> bytes | None:
    """The matte of the model that the site's settings name; None where the built-in method is to make it."""
    from app.imaging import pixels
    from app.imaging.cutout import models

    name = bench.options.get("remove_background_model", models.BUILT_IN)
    if name == models.BUILT_IN:
        return None
    made = bench.sandboxed(pixels.open_for_engine, bench.files["image"], longest=models.LONGEST, budget=fitting(bench))
    return models.matte(pixels.take_up(made.files[0]), name, bench.models)


tool = Tool(
    name="remove-background",
    title="Remove background",
    Params=RemoveBackgroundParams,
    price=lambda _: 10,
    run=run,
    sentence="Cut out what a picture is about, with soft edges, and put it on anything.",
    done="Background removed complete.",
    files=(
        PICTURE,
        FileField("background_image", "Background picture", "What goes behind, if you want a picture there.", False),
    ),
    keeps=("matte",),
    free_again=True,
    icon="scissors",
    steps=(
        "Add a picture with something clear to see in it.",
        "Choose what goes behind: nothing, a colour, another picture, or a blur.",
        "Compare, download, and change the background as often as you like.",
    ),
    questions=(
        Question(
            "How good is it?",
            "Good with one clear subject before a calm background. The built-in method looks "
            "for what stands out by colour and place; it has not learned what things are. Busy streets, and subjects "
            "in the colours of their background, can come out with holes or leftovers. Whoever runs this site can "
            "switch to a trained model.",
        ),
        Question("What happens to hair and fur?", "They get soft, half-transparent edges, cleaned of the old colours."),
        Question("Does another background cost again?", "No. The cut-out is kept with the job: a change is free."),
        Question("What file do I get?", "A PNG with transparency, in the size of your picture."),
        Question("Where does my picture go?", "Nowhere. It is worked on here, by this site’s own computer."),
    ),
)
