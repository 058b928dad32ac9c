"""The same picture in another style."""

from typing import Annotated, Self

from app.engines.protocol import PaintRequest, Source, Task
from app.toolkit import PICTURE, Bench, Outcome, Params, Question, Tool, field, one_of
from app.toolkit.repaint import opened, outcome
from app.toolkit.styles import STYLES
from app.toolkit.values import ModelName, model_field, seed_field, settle_seed


class RestyleParams(Params):
    style: Annotated[str, one_of(STYLES)] = field(
        ..., label="Style", help="How the picture is painted again.", choices=STYLES
    )
    strength: float = field(
        0.5, label="Strength", help="How much of the style: below 0.4 the picture shows through.", ge=0, le=1
    )
    seed: int | None = seed_field()
    model: ModelName = model_field(Task.PICTURE)

    def settled(self) -> Self:
        return settle_seed(self)


def run(bench: Bench, params: RestyleParams) -> Outcome:
    picture, made = opened(bench)
    request = PaintRequest.of(Source(picture, params.strength), seed=params.seed or 0, style=params.style)
    return outcome(bench, bench.paint(request), made)


tool = Tool(
    name="restyle",
    title="Restyle",
    Params=RestyleParams,
    price=lambda _: 30,
    run=run,
    sentence="Your picture as a watercolor, a comic, pixel art and eleven styles more.",
    done="Restyled picture complete.",
    files=(PICTURE,),
    paints=Task.PICTURE,
    icon="palette",
    steps=(
        "Add a picture.",
        "Choose one of fourteen styles.",
        "Compare, download, or try the next style.",
    ),
    questions=(
        Question("Does it keep my picture?", "Shapes and places stay; lines, colours and surfaces follow the style."),
        Question("Which pictures work best?", "Clear shapes and good light. Faces stay simple in strong styles."),
        Question("How large is the result?", "As large as your picture, up to 2,048 pixels on the longer side."),
        Question("Does transparency stay?", "Yes, what was transparent stays transparent."),
        Question("Can I mix it with words?", "That is what image to image does: it takes words and a style."),
    ),
)
