"""What comes of a request that an endpoint did not do: a refusal for whoever asked, or a line for the operator."""

import logging
import re
from typing import Self

from app.engines.catalogue import Model
from app.engines.openai.complaints import Complaint, Means
from app.engines.openai.retrying import Later
from app.engines.openai.wishes import GENERATIONS
from app.engines.protocol import EngineDown
from app.refusals import Refusal
from config import Settings

LONGEST = 200  # letters of an endpoint's own words
FREE = "Nothing was charged."

logger = logging.getLogger(__name__)


class Verdicts:
    """`title` is how pages call the endpoint; the others name the settings it comes from."""

    def __init__(self, title: str, key: str, key_setting: str, address: str, model: str) -> None:
        self.title, self._key = title, key
        self.key_setting, self.address, self.model = key_setting, address, model

    def __repr__(self) -> str:
        return f"Verdicts({self.title})"

    @classmethod
    def of(cls, model: Model, settings: Settings) -> Self:
        if settings.MODEL_LIST is None:
            return cls(model.title, model.api_key, "OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL")
        where = f"of “{model.name}” in MODEL_LIST"
        return cls(model.title, model.api_key, f"key_from {where}", f"base_url {where}", f"model {where}")

    def on(self, complaint: Complaint, call: str) -> Exception:
        """What to raise for a complaint that asking otherwise does not help."""
        logger.warning("%s: %s answers %d %s", self.title, call, complaint.status, self._plain(complaint.code)[:40])
        match complaint.means:
            case Means.POLICY:
                return self._policy(complaint)
            case Means.UNPAID:
                return EngineDown(f"{self.title} has used up its account: see to it at the endpoint")
            case Means.KEY | Means.MODEL | Means.MISSING if call != GENERATIONS and not complaint.rejects_the_key:
                return self._no_edits()  # whether it paints from words, words will tell
            case Means.KEY:
                return EngineDown(f"{self.title} does not accept its key: check {self.key_setting}")
            case Means.MODEL:
                return EngineDown(f"{self.title} is no model of its endpoint: check {self.model}")
            case Means.MISSING:
                return EngineDown(f"{self.title} has no Images API at its address: check {self.address}")
            case _:
                return self._wrong(complaint)

    def on_silence(self, why: Later) -> EngineDown:
        return EngineDown(f"{self.title} does not answer at present: {why}")

    def on_failing(self, why: Exception) -> Refusal:
        """It answers, and comes to nothing at this very request."""
        logger.error("%s: a request came to nothing: %s", self.title, why)
        told = f"{self.title} was asked several times and could not paint this."
        return Refusal("engine_unavailable", f"{told} {FREE} Try again later, or choose another model.")

    def _policy(self, complaint: Complaint) -> Refusal:
        told = f"{self.title} does not paint this: it is against the rules of its endpoint. {FREE}"
        return Refusal("content_policy", f"{told} Other words may help.", category=complaint.category)

    def _no_edits(self) -> Refusal:
        logger.error('%s does not take pictures: give it tasks = ["words"] in MODEL_LIST', self.title)
        told = f"{self.title} does not work on given pictures. {FREE} Choose another model."
        return Refusal("invalid", told, field="model")

    def _wrong(self, complaint: Complaint) -> Refusal:
        said = self._plain(complaint.message) or f"it answers {complaint.status}"
        logger.warning("%s does not take a request (%d): %s", self.title, complaint.status, said)
        return Refusal("invalid", f"{self.title} does not take this request: {said}. {FREE}")

    def _plain(self, words: str) -> str:
        """An endpoint's own words, few of them, without what could be a key or anything but text."""
        hidden = words.replace(self._key, "…") if self._key else words
        letters = re.sub(r"[^\w\s.,:;'’“”()×/-]", "", hidden)
        return " ".join(letters.split())[:LONGEST].rstrip(". ")
