"""Words into a picture."""

from typing import Annotated, Self

from app.engines.protocol import PaintRequest, Task
from app.toolkit import Bench, Choice, Outcome, Params, Tool, exact, field, one_of
from app.toolkit.styles import STYLES as STYLES
from app.toolkit.values import ModelName, model_field, seed_field, settle_seed

SIZES = {
    "1:1": (1024, 1024),
    "16:9": (1280, 720),
    "9:16": (720, 1280),
    "4:3": (1152, 864),
    "3:4": (864, 1152),
    "3:2": (1248, 832),
    "2:3": (832, 1248),
    "21:9": (1568, 672),
}
RATIOS = tuple(Choice(ratio, ratio) for ratio in SIZES)
QUALITIES = (Choice("standard", "Standard"), Choice("high", "High"), Choice("ultra", "Ultra"))
SCALE = {"standard": 1.0, "high": 1.5, "ultra": 2.0}
PRICE = {"standard": 20, "high": 30, "ultra": 50}  # credits an image
PIXELS = {"standard": 1792 * 1024, "high": 1536 * 1536, "ultra": exact.MOST_PIXELS}  # of an exact size, at that price
LOOKS = (Choice("standard", "Natural"), Choice("vivid", "Vivid"))


class GenerateParams(Params):
    prompt: str = field(
        ..., label="Prompt", help="What the picture should show, in your own words.", min_length=3, max_length=1000
    )
    style: Annotated[str | None, one_of(STYLES)] = field(
        None, label="Style", help="How it is painted; left out, it is chosen from the prompt.", choices=STYLES
    )
    aspect_ratio: Annotated[str, one_of(RATIOS)] = field("1:1", label="Shape", help="Width to height.", choices=RATIOS)
    quality: Annotated[str, one_of(QUALITIES)] = field(
        "standard", label="Quality", help="How many pixels: high is 1.5 times a side, ultra twice.", choices=QUALITIES
    )
    negative_prompt: str = field("", label="Leave out", help="What the picture should not show.", max_length=1000)
    seed: int | None = seed_field()
    count: int = field(1, label="How many", help="Different pictures at once.", ge=1, le=4)
    model: ModelName = model_field(Task.WORDS)

    def settled(self) -> Self:
        return settle_seed(self)


class WiderGenerateParams(exact.Exact, GenerateParams):
    """Any prompt and exact sizes; `vivid` and `standard` are looks that other dialects name."""

    prompt: str = field(..., label="Prompt", help="What the picture should show.", min_length=1, max_length=32_000)
    style: Annotated[str | None, one_of((*STYLES, *LOOKS))] = field(
        None, label="Style", help="How it is painted; left out, it is chosen from the prompt."
    )


def price(params: GenerateParams) -> int:
    """An exact size costs at least as much as the quality that has as many pixels."""
    return max(PRICE[params.quality], _price_of_pixels(exact.size_of(params))) * params.count


def size(params: GenerateParams) -> tuple[int, int]:
    width, height = SIZES[params.aspect_ratio]
    scale = SCALE[params.quality]
    return exact.size_of(params) or (round(width * scale), round(height * scale))


def run(bench: Bench, params: GenerateParams) -> Outcome:
    width, height = exact.canvas(params, size(params)) if exact.size_of(params) else size(params)
    request = PaintRequest(
        prompt=params.prompt,
        width=width,
        height=height,
        seed=params.seed or 0,
        count=params.count,
        style=params.style,
        negative_prompt=params.negative_prompt,
        quality=params.quality,
    )
    pictures = exact.finished(params, bench.paint(request), size(params))
    return Outcome(pictures, {"style": pictures[0].style, "seed": request.seed, "engine": bench.painter})


def _price_of_pixels(size: tuple[int, int] | None) -> int:
    pixels = size[0] * size[1] if size else 0
    return min(PRICE[quality] for quality, most in PIXELS.items() if pixels <= most)


tool = Tool(
    name="generate",
    title="Generate",
    Params=GenerateParams,
    Wider=WiderGenerateParams,
    price=price,
    priced_by="quality",
    size=size,
    run=run,
    paints=Task.WORDS,
    sentence="Write what it should show, and it is painted.",
    done="Generation complete.",
    icon="sparkles",
)
