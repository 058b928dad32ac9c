"""The colours that announce a picture before it is painted. Plain Python: a page may ask without loading numpy."""

from app.engines.illustrator.data import table

OVERCAST = "#8d96a3"


def announced(time: str, weather: str, named: tuple[str, ...]) -> tuple[str, ...]:
    """Three #rrggbb: the colours the words named, then the sky of the hour from zenith to horizon."""
    sky = table("light")[time]["skies"][0]
    first = [sky[0], sky[len(sky) // 2], sky[-1]]
    if weather in ("rain", "storm"):
        first = [_between(stop, OVERCAST) for stop in first]
    return tuple([*named, *first][:3])


def _between(one: str, other: str) -> str:
    return "#" + "".join(f"{(int(one[i : i + 2], 16) + int(other[i : i + 2], 16)) // 2:02x}" for i in (1, 3, 5))
