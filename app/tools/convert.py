"""A picture, drawing or document in another format."""

from typing import Annotated, Any

from pydantic import BeforeValidator

from app.imaging.bounds import Budget
from app.imaging.kinds import WRITTEN
from app.toolkit import PICTURE, Bench, Choice, Outcome, Params, Question, Tool, field, one_of
from app.toolkit.fitting import fitting
from app.toolkit.values import Colour

FORMATS = tuple(Choice(kind.name, kind.title) for kind in WRITTEN)
ALIASES = {"jpeg": "jpg", "tif": "tiff", "heif": "heic"}
ANIMATIONS = (Choice("keep", "Keep it"), Choice("first", "First frame only"))
METADATA = (Choice("strip", "Remove"), Choice("keep", "Keep"))
SLOW = ("heic", "avif")
ALL, WHITE = 0, "#ffffff"


def _format(given: Any) -> Any:
    return ALIASES.get(given.strip().lower(), given) if isinstance(given, str) else given


def _page(given: Any) -> Any:
    text = given.strip().lower() if isinstance(given, str) else given
    if text == "all":
        return ALL
    if text == "":
        return None
    return int(text) if isinstance(text, str) and text.isdecimal() else text


class ConvertParams(Params):
    option: Annotated[str, one_of(FORMATS), BeforeValidator(_format)] = field(
        ..., label="Format", help="What it should become.", choices=FORMATS
    )
    quality: int | None = field(
        None, label="Quality", help="For JPG, WEBP, HEIC and AVIF. Left out, a good one for each.", ge=1, le=100
    )
    background: Colour = field(WHITE, label="Background", help="The colour under what is see-through, for JPG and BMP.")
    page: Annotated[int | None, BeforeValidator(_page)] = field(
        None,
        label="Page",
        help="The page or frame to take, or “all”. Left out, it is the first; for PDF and TIFF, all pages.",
        ge=ALL,
        le=10_000,
    )
    dpi: int | None = field(
        None, label="Resolution", help="Dots an inch for PDF, SVG and documents. Pages have 200.", ge=36, le=600
    )
    animation: Annotated[str, one_of(ANIMATIONS)] = field(
        "keep", label="Animation", help="GIF, WEBP and AVIF can move.", choices=ANIMATIONS
    )
    metadata: Annotated[str, one_of(METADATA)] = field(
        "strip", label="Metadata", help="Camera, place and time that may be hidden in the file.", choices=METADATA
    )
    target_kb: int | None = field(
        None, label="At most", help="In kilobytes; the quality is lowered until it fits.", ge=1, le=100_000
    )


def budget(bench: Bench, params: ConvertParams) -> Budget:
    heavy = params.option in SLOW or params.target_kb is not None
    found = fitting(bench)
    return bench.budgets.heavy if heavy and found == bench.budgets.picture else found


def run(bench: Bench, params: ConvertParams) -> Outcome:
    from app.imaging.convert import convert

    made = bench.sandboxed(convert, bench.files["image"], budget=budget(bench, params), **params.model_dump())
    return Outcome.of(made)


tool = Tool(
    name="convert",
    title="Convert",
    Params=ConvertParams,
    price=lambda _: 10,
    run=run,
    sentence="Photos, drawings, animations and documents into ten formats, exact where the format allows it.",
    done="Converted file complete.",
    files=(PICTURE,),
    icon="refresh-cw",
    steps=(
        "Add a picture, a PDF or an office document.",
        "Choose the format it should have.",
        "Compare before and after, and download it.",
    ),
    questions=(
        Question(
            "What can I put in?",
            "PNG, JPG, WEBP, GIF, BMP, TIFF, HEIC, AVIF, SVG and PDF; also JPEG 2000, ICO, TGA, PSD, PPM, camera RAW, "
            "and Word, Excel, PowerPoint and OpenDocument files. What counts is what is inside, not the name.",
        ),
        Question(
            "Does it lose quality?",
            "PNG, TIFF and BMP keep every pixel. JPG, WEBP, HEIC and AVIF lose a little that is hard to see; the "
            "quality decides how much. GIF has 256 colours, so photos are dithered.",
        ),
        Question(
            "What about animations and pages?",
            "GIF, WEBP and AVIF keep every frame and its time; frames in a row that look the same may become one that "
            "is shown as long. PDF and TIFF keep all pages. Otherwise you get the first, the one you name, or a ZIP of "
            "all.",
        ),
        Question(
            "What happens to a PDF or a document?",
            "A document becomes a PDF whose text can be selected. A PDF made from a PDF is drawn anew as pictures, so "
            "nothing in it can run, and its text cannot be selected. A JPG goes into a PDF as it is.",
        ),
        Question(
            "And to an SVG?",
            "An SVG made from an SVG stays a drawing, without scripts or outside links. A photo as SVG is traced in "
            "few colours: good for logos, a sketch of a photo.",
        ),
        Question(
            "Is hidden data removed?",
            "Yes: place, camera, time and comments, unless you keep them. The colour profile stays, so that colours "
            "look the same.",
        ),
    ),
)
