"""The engine that has an endpoint paint."""

import asyncio
from functools import partial

from PIL import Image

from app.engines.catalogue import Model
from app.engines.openai import answers
from app.engines.openai.address import Address
from app.engines.openai.asking import Complained, Line, watched
from app.engines.openai.complaints import Means
from app.engines.openai.hardship import Hardship
from app.engines.openai.manners import DISPENSABLE, Manners
from app.engines.openai.pace import Pace, Way
from app.engines.openai.pictures import Broken, cover, opened
from app.engines.openai.retrying import Later, patiently
from app.engines.openai.verdicts import Verdicts
from app.engines.openai.wishes import Wish, wish
from app.engines.protocol import OnProgress, Painting, PaintRequest, Tint
from config import Settings


class Endpoint:
    """An Engine. Of any number of threads: all that they share is what the endpoint has taught them."""

    together = 1

    def __init__(self, model: Model, settings: Settings) -> None:
        self.title = model.title
        self._verdicts = Verdicts.of(model, settings)
        self._address = Address(model.base_url, model.api_key, self._verdicts.address, self._verdicts.key_setting)
        self._model, self._seconds = model.source, settings.OPENAI_SECONDS
        self._manners = Manners.of(model.source)
        self._pace, self._hardship = Pace(), Hardship()

    def __repr__(self) -> str:
        return f"Endpoint({self.title})"

    def tint(self, request: PaintRequest) -> Tint | None:  # noqa: ARG002
        """Unknown: the words are the endpoint's to read."""
        return None

    def paint(self, request: PaintRequest, on_progress: OnProgress) -> list[Painting]:
        """Refuses with `content_policy`, `invalid` and `engine_unavailable`. Raises EngineDown."""
        way = Way(self._pace, request.count)
        paintings = asyncio.run(watched(self._painted(request, way), lambda: on_progress(way.share)))
        on_progress(1.0)
        return paintings

    async def _painted(self, request: PaintRequest, way: Way) -> list[Painting]:
        paintings: list[Painting] = []
        async with Line(self._address, self._seconds) as line:
            while len(paintings) < request.count:
                more = await self._more(line, request, len(paintings))
                paintings += [_signed(image, request, len(paintings) + n) for n, image in enumerate(more)]
                self._pace.took(way.arrived(len(paintings)), len(more))
        return paintings

    async def _more(self, line: Line, request: PaintRequest, done: int) -> list[Image.Image | str]:
        """At least one more picture, or the category it is withheld for. It asks otherwise as the endpoint demands."""
        manners = self._manners
        for _ in range(len(DISPENSABLE) + 1):
            asked = wish(request, manners, self._model, done)
            try:
                more = await patiently(partial(_once, line, asked, request), self.title)
            except Complained as complained:
                if complained.complaint.means is Means.WITHHELD:
                    return [complained.complaint.category]
                better = manners.after(complained.complaint, asked.fields)
                if complained.complaint.means is not Means.WRONG or better is None:
                    raise self._verdicts.on(complained.complaint, asked.call) from None
                manners = better
            except Later as later:
                raise self._given_up(later, request) from None
            except Broken as broken:
                raise self._verdicts.on_failing(broken) from None
            else:
                self._manners = manners
                return more
        raise self._verdicts.on_failing(Broken("it refuses one parameter after the other"))

    def _given_up(self, why: Later, request: PaintRequest) -> Exception:
        which = request.prompt, request.seed, request.width, request.height
        if why.its_own and self._hardship.too_much(which):
            return self._verdicts.on_failing(why)
        return self._verdicts.on_silence(why)


async def _once(line: Line, asked: Wish, request: PaintRequest) -> list[Image.Image | str]:
    """What one request gives: pictures as they were wished for, or categories."""
    entries = answers.entries(await line.send(asked))[: asked.count]
    return [entry.withheld or _finished(await _data(line, entry), asked, request) for entry in entries]


async def _data(line: Line, entry: answers.Entry) -> bytes:
    return entry.data or await line.fetch(entry.url)


def _finished(data: bytes, asked: Wish, request: PaintRequest) -> Image.Image:
    image = opened(data)
    return asked.laid.back(image) if asked.laid else cover(image, (request.width, request.height))


def _signed(image: Image.Image | str, request: PaintRequest, number: int) -> Painting:
    """As painting. One that is withheld has no picture."""
    size, style = (request.width, request.height), request.style or ""
    if isinstance(image, str):
        return Painting(Image.new("RGB", size), request.seed + number, style, withheld=image)
    return Painting(image, request.seed + number, style)
