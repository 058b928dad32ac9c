"""The places a scene can play in, one file each: `compose(stage) -> Place`. A new one is a file and a line here."""

from collections.abc import Callable

from app.engines.illustrator.settings import (
    city,
    desert,
    forest,
    heavens,
    mountains,
    night_sky,
    park,
    pattern,
    poster,
    river,
    room,
    sea,
    snow,
    space,
    street,
    studio,
    table,
    underwater,
    village,
)
from app.engines.illustrator.stage import Place, Stage

SETTINGS: dict[str, Callable[[Stage], Place]] = {
    "mountains": mountains.compose,
    "river": river.compose,
    "sea": sea.compose,
    "underwater": underwater.compose,
    "forest": forest.compose,
    "desert": desert.compose,
    "snow": snow.compose,
    "night-sky": night_sky.compose,
    "space": space.compose,
    "sky": heavens.compose,
    "city": city.compose,
    "street": street.compose,
    "village": village.compose,
    "park": park.compose,
    "room": room.compose,
    "table": table.compose,
    "studio": studio.compose,
    "pattern": pattern.compose,
    "poster": poster.compose,
}
