"""What an endpoint says when it does not paint, whatever way it writes it down; and what that means here."""

import json
import re
from collections.abc import Mapping
from enum import Enum, auto
from typing import Any, NamedTuple

POLICY = {
    "content_policy_violation",
    "moderation_blocked",
    "content_filter",
    "contentfilter",
    "content_filtered",
    "content_policy",
    "responsibleaipolicyviolation",
    "safety_violation",
}
UNPAID = {"insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "out_of_credits"}
NO_MODEL = {"model_not_found", "model_not_available", "deploymentnotfound"}
NARROW_KEY = re.compile(r"scope|permission", re.IGNORECASE)
BLOCKED_WORDS = re.compile(r"safety system|content (management )?policy|moderation|safety filter", re.IGNORECASE)
CATEGORIES = {
    "sexual": "sexual",
    "hate": "hate",
    "harassment": "hate",
    "violence": "violence",
    "self": "violence",
    "illicit": "illegal",
}
"""How its categories begin, and ours."""


class Means(Enum):
    POLICY = auto()  # it does not paint this
    WITHHELD = auto()  # it has painted it, and does not show it
    KEY = auto()  # it does not accept the key
    UNPAID = auto()  # its account is empty
    MODEL = auto()  # it has no such model
    MISSING = auto()  # it has no such call
    LATER = auto()  # the same again may work
    WRONG = auto()  # it does not understand the request


class Complaint(NamedTuple):
    """The texts are the endpoint's own, and not for pages."""

    status: int
    code: str = ""
    kind: str = ""
    param: str = ""
    message: str = ""
    stage: str = ""  # of moderation: input or output
    category: str = "endpoint"

    @property
    def means(self) -> Means:
        code = self.code.lower()
        if code in UNPAID or self.kind in UNPAID or self.status == 402:
            return Means.UNPAID
        if code in POLICY or self.status == 451 or self._sounds_like_policy:
            return Means.WITHHELD if self.stage == "output" else Means.POLICY
        if code in NO_MODEL or (self.status in (400, 404, 422) and self.param == "model"):
            return Means.MODEL
        if self.status in (401, 403):
            return Means.KEY
        if self.status in (404, 405, 501) or 300 <= self.status < 400:
            return Means.MISSING
        return Means.LATER if self.status in (408, 409, 425, 429) or self.status >= 500 else Means.WRONG

    @property
    def rejects_the_key(self) -> bool:
        """Altogether: a key may well paint and not list models."""
        return self.status == 401 and not NARROW_KEY.search(self.message)

    @property
    def _sounds_like_policy(self) -> bool:
        """Where no code says it, as with image_generation_user_error, or at a gateway."""
        return self.status in (400, 403, 422) and BLOCKED_WORDS.search(self.message) is not None


def read(status: int, body: bytes) -> Complaint:
    """Raises nothing: whatever cannot be read leaves the status alone."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return Complaint(status)
    if not isinstance(said, dict):
        return Complaint(status)
    error = said.get("error", said.get("detail", said))
    if isinstance(error, list):
        return _of_validation(status, error)
    if not isinstance(error, dict):
        return Complaint(status, message=_text(error))
    moderation = _mapping(error.get("moderation_details"))
    return Complaint(
        status,
        code=_text(error.get("code")),
        kind=_text(error.get("type")),
        param=_text(error.get("param")),
        message=_text(error.get("message")),
        stage=_text(moderation.get("moderation_stage")).lower(),
        category=category_of(moderation.get("categories")),
    )


def of_event(body: bytes) -> Complaint:
    """Of an event in an answer that began well: its status is told by its type."""
    complaint = read(400, body)
    return complaint._replace(status=503) if complaint.kind == "server_error" else complaint


def _of_validation(status: int, errors: list[Any]) -> Complaint:
    """How FastAPI says it: a list of what is wrong where."""
    first = _mapping(errors[0]) if errors else {}
    place = first.get("loc")
    param = _text(place[-1]) if isinstance(place, list) and place else ""
    return Complaint(status, param=param, message=_text(first.get("msg")))


def category_of(given: Any) -> str:
    """Ours, of the endpoint's own; `endpoint` where it names none that we know."""
    names = given if isinstance(given, list) else []
    found = (ours for name in names for begins, ours in CATEGORIES.items() if _text(name).startswith(begins))
    return next(found, "endpoint")


def _mapping(given: Any) -> Mapping[str, Any]:
    return given if isinstance(given, dict) else {}


def _text(given: Any) -> str:
    return given[:2000] if isinstance(given, str) else ""
