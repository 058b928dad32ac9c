"""The same picture in fewer bytes."""

from typing import Any

from app.toolkit import PICTURE, Bench, Outcome, Params, Question, Tool, field
from app.toolkit.fitting import fitting


class CompressParams(Params):
    target_kb: int | None = field(
        None, label="At most", help="In kilobytes. Left out, the quality decides.", ge=1, le=25_000
    )
    quality: int = field(75, label="Quality", help="Less is smaller. Counts where no size is given.", ge=1, le=100)


def run(bench: Bench, params: CompressParams) -> Outcome:
    from app.imaging.compress import compress

    options: dict[str, Any] = {"target": params.target_kb and params.target_kb * 1000, "quality": params.quality}
    budget = fitting(bench, written_alike=True, patient=True)
    return Outcome.of(bench.sandboxed(compress, bench.files["image"], budget=budget, **options))


tool = Tool(
    name="compress",
    title="Compress",
    Params=CompressParams,
    price=lambda _: 10,
    run=run,
    sentence="Fewer kilobytes in the same format, down to a size you name.",
    done="Compressed picture complete.",
    files=(PICTURE,),
    icon="file-archive",
    steps=(
        "Add a picture.",
        "Name a size in kilobytes, or a quality.",
        "See what it saved, compare, and download it.",
    ),
    questions=(
        Question(
            "How does it get smaller?",
            "JPG, WEBP, AVIF and HEIC are written again with less quality; PNG and GIF with fewer colours. Hidden data "
            "goes too.",
        ),
        Question(
            "Does it reach every size?",
            "It lowers the quality first and then the number of pixels, until it fits. You are told if it had to.",
        ),
        Question(
            "Can it get larger?", "No, but for files of a few bytes. What is small already only loses its hidden data."
        ),
        Question("Which format is smallest?", "For photos AVIF, then WEBP. Convert changes the format."),
        Question("What is a kilobyte here?", "1,000 bytes."),
    ),
)
