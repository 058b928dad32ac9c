"""The places a scene can play in, one file each: `compose(stage) -> Place`."""

from collections.abc import Callable

from app.engines.illustrator.settings import city, desert, forest, mountains, park, sea
from app.engines.illustrator.stage import Place, Stage

SETTINGS: dict[str, Callable[[Stage], Place]] = {
    "city": city.compose,
    "desert": desert.compose,
    "forest": forest.compose,
    "mountains": mountains.compose,
    "park": park.compose,
    "sea": sea.compose,
}
