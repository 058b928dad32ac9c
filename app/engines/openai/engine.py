"""The engine that has an endpoint paint."""

import asyncio
import logging
from functools import partial
from typing import Self

from PIL import Image

from app.engines.catalogue import Model
from app.engines.given import kept
from app.engines.openai import answers
from app.engines.openai.address import Address
from app.engines.openai.asking import Complained, Line, watched
from app.engines.openai.complaints import Means
from app.engines.openai.hardship import Hardship
from app.engines.openai.manners import DISPENSABLE, Manners
from app.engines.openai.pace import Pace, Way
from app.engines.openai.pictures import Broken, cover, opened
from app.engines.openai.previews import Shown
from app.engines.openai.retrying import Later, patiently
from app.engines.openai.verdicts import Verdicts
from app.engines.openai.wishes import GENERATIONS, Wish, wish
from app.engines.protocol import EngineDown, OnProgress, Painting, PaintRequest, Tint
from config import Settings

GREETING = 10.0  # seconds

logger = logging.getLogger(__name__)


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

    @classmethod
    def opened(cls, model: Model, settings: Settings) -> Self:
        """The engine of an endpoint that is there and accepts its key, as far as it tells. Raises EngineDown."""
        made = cls(model, settings)
        asyncio.run(made._greet())
        return made

    def __repr__(self) -> str:
        return f"Endpoint({self.title})"

    def tint(self, request: PaintRequest) -> Tint | None:  # noqa: ARG002
        """Unknown: the words are the endpoint's to read."""
        return None

    def paint(self, request: PaintRequest, on_progress: OnProgress) -> list[Painting]:
        """Refuses with `content_policy`, `invalid` and `engine_unavailable`. Raises EngineDown."""
        if stays := kept(request):
            return stays
        way = Way(self._pace, request.count)
        shown = Shown()
        paintings = asyncio.run(
            watched(self._painted(request, way, shown), lambda: on_progress(way.share, shown.newest(request)))
        )
        on_progress(1.0)
        return paintings

    async def _greet(self) -> None:
        """Another answer than expected is none of our business: not every endpoint lists its models."""
        async with Line(self._address, min(GREETING, self._seconds)) as line:
            try:
                await line.greet()
            except Complained as complained:
                if complained.complaint.rejects_the_key:
                    raise self._verdicts.on(complained.complaint, GENERATIONS) from None
            except Later as later:
                raise self._verdicts.on_silence(later) from None
            except Broken as broken:
                logger.info("%s: its list of models: %s", self.title, broken)

    async def _painted(self, request: PaintRequest, way: Way, shown: Shown) -> list[Painting]:
        """Up to one that is withheld, if one is: the others would be paid for, and shown to nobody."""
        paintings: list[Painting] = []
        async with Line(self._address, self._seconds, shown.take) as line:
            while len(paintings) < request.count and not any(each.withheld for each in paintings):
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
                complaint = complained.complaint
                if complaint.means is Means.WITHHELD:
                    return [complaint.category]
                better = manners.after(complaint, asked.fields)
                if complaint.means is not Means.WRONG or better is None:
                    verdict = self._verdicts.on(complaint, asked.call)
                    raise self._last_word(complained, verdict, request) from None
                manners = better
            except Later as later:
                raise self._last_word(later, self._verdicts.on_silence(later), request) from None
            except Broken as broken:
                raise self._verdicts.on_failing(broken) from None
            else:
                self._hardship.over(_which(request))
                if manners.lasting:
                    self._manners = manners  # of two threads' lessons the later stays; the other is soon learned again
                return more
        raise self._verdicts.on_failing(Broken("it refuses one parameter after the other"))

    def _last_word(self, why: Complained | Later, verdict: Exception, request: PaintRequest) -> Exception:
        """The verdict; but a request that stops the model time and again, perhaps by its own fault, fails alone."""
        if why.its_own and isinstance(verdict, EngineDown) and self._hardship.too_much(_which(request)):
            return self._verdicts.on_failing(why)
        return verdict


def _which(request: PaintRequest) -> tuple[str, int, int, int]:
    """What tells one request from others."""
    return request.prompt, request.seed, request.width, request.height


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
