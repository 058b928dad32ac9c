"""More pixels for a small picture."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator

from app.toolkit import PICTURE, Bench, Choice, Outcome, Params, Question, Tool, field, one_of
from app.toolkit.fitting import fitting

SCALES = (Choice("2", "2×"), Choice("4", "4×"), Choice("8", "8×"))
PRICE = {"2": 10, "4": 15, "8": 20}


def _as_text(given: Any) -> Any:
    """The contract's clients send a number."""
    return str(given) if isinstance(given, int) and not isinstance(given, bool) else given


class UpscaleParams(Params):
    scale: Annotated[str, one_of(SCALES), BeforeValidator(_as_text)] = field(
        "2", label="Scale", help="How many times wider and taller.", choices=SCALES
    )


def run(bench: Bench, params: UpscaleParams) -> Outcome:
    from app.imaging.upscale import network
    from app.imaging.upscale.work import upscale

    model = network.at(bench.models)
    if model:
        return _by_network(bench, model, int(params.scale))
    budget = fitting(bench, patient=True)
    return Outcome.of(bench.sandboxed(upscale, bench.files["image"], scale=int(params.scale), budget=budget))


def _by_network(bench: Bench, model: Path, scale: int) -> Outcome:
    from app.imaging import pixels
    from app.imaging.upscale import network
    from app.imaging.upscale.work import open_for_network, upscale_with

    source = bench.files["image"]
    opened = bench.sandboxed(open_for_network, source, scale=scale, budget=fitting(bench))
    large = network.enlarged(pixels.take_up(opened.files[0]), scale, model, bench.progress)
    given: dict[str, Any] = {"scale": scale, "method": network.NAME, "budget": fitting(bench, patient=True)}
    return Outcome.of(bench.sandboxed(upscale_with, source, pixels.hand_over(large), **given))


tool = Tool(
    name="upscale",
    title="Upscale",
    Params=UpscaleParams,
    price=lambda params: PRICE[params.scale],
    priced_by="scale",
    run=run,
    sentence="Two, four or eight times the size, crisp and without seams.",
    done="Upscaled picture complete.",
    files=(PICTURE,),
    icon="image-upscale",
    steps=(
        "Add the picture, the larger and cleaner the better.",
        "Choose how many times larger it should be.",
        "Compare before and after, and download it.",
    ),
    questions=(
        Question(
            "Does it invent detail?",
            "The built-in method does not: it enlarges exactly what is there (Lanczos) and sharpens it a little. "
            "Whoever runs this site can add Real-ESRGAN, a network that does draw new detail.",
        ),
        Question(
            "How large can it get?",
            "Up to 100 megapixels and 16,384 pixels a side. Beyond that you are told which scale still fits.",
        ),
        Question("Do transparency and colours stay?", "Yes, the transparency and the colour profile are kept."),
        Question("What file do I get?", "A JPG stays a JPG. Everything else becomes a PNG, which loses nothing."),
        Question("What about animations?", "The first picture is taken."),
    ),
)
