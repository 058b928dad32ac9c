"""Every way it can go wrong, by the code that the server gives it."""

import json
from collections.abc import Mapping
from typing import Any

from limn.effects import Answer, Lost

CODE_OF = {401: "login_required", 403: "insufficient_scope", 404: "not_found", 413: "too_large", 429: "rate_limited"}


class LimnError(Exception):
    """What went wrong. `code` is stable, `message` is for people, `facts` are what the server told besides."""

    def __init__(self, code: str, message: str, facts: Mapping[str, Any] | None = None, status: int = 0) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.facts: dict[str, Any] = dict(facts or {})
        self.status = status

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.code, self.message, self.facts, self.status)

    @property
    def job_id(self) -> str | None:
        """The job that this is about, if there is one."""
        return self.facts.get("job_id")


class Invalid(LimnError):
    """A field is wrong."""

    @property
    def field(self) -> str | None:
        return self.facts.get("field")


class ContentPolicy(LimnError):
    """The words ask for what this server does not paint. Nothing was charged."""


class Withheld(ContentPolicy):
    """The words were taken, but the picture that came of them is not shown. Nothing was charged."""


class NotSignedIn(LimnError):
    """There is no key, or it opens nothing."""


class NotAllowed(LimnError):
    """The key may not do this."""


class PlanRequired(LimnError):
    """The model belongs to other plans. Nothing was charged."""


class OutOfCredits(LimnError):
    """The balance, or the key's monthly cap, does not cover it. Nothing was charged."""


class NotFound(LimnError):
    """There is no such thing, or it is somebody else's, or its file is gone."""


class Conflict(LimnError):
    """What is there already stands in the way."""


class BadFile(LimnError):
    """The file cannot be worked on. Nothing was charged."""


class RateLimited(LimnError):
    """Too often, or too many jobs wait."""

    @property
    def retry_after(self) -> float | None:
        """Seconds."""
        return self.facts.get("retry_after")


class ServerError(LimnError):
    """The server's fault. Nothing was charged."""


class OutOfReach(LimnError):
    """No answer came, however often it was tried."""


class Canceled(LimnError):
    """The job was canceled. Nothing was charged."""


class StillWorking(LimnError):
    """The job has not ended within the time given to it. It goes on, and can be asked for by its id."""


CLASS_OF: dict[str, type[LimnError]] = {
    "invalid": Invalid,
    "content_policy": ContentPolicy,
    "login_required": NotSignedIn,
    "invalid_credentials": NotSignedIn,
    "insufficient_scope": NotAllowed,
    "plan_required": PlanRequired,
    "cross_site": NotAllowed,
    "out_of_credits": OutOfCredits,
    "spending_cap": OutOfCredits,
    "not_found": NotFound,
    "method_not_allowed": Invalid,
    "conflict": Conflict,
    "too_large": BadFile,
    "not_a_picture": BadFile,
    "unreadable": BadFile,
    "password_needed": BadFile,
    "too_many_pixels": BadFile,
    "timeout": BadFile,
    "out_of_memory": BadFile,
    "withheld": Withheld,
    "rate_limited": RateLimited,
    "internal": ServerError,
    "helper_missing": ServerError,
    "engine_unavailable": ServerError,
    "billing_unavailable": ServerError,
}


def error(code: str, message: str, facts: Mapping[str, Any] | None = None, status: int = 0) -> LimnError:
    """An error of the class that belongs to its code; a code that is new here is a plain LimnError."""
    return CLASS_OF.get(code, LimnError)(code, message, facts, status)


def error_in(reply: Answer | Lost) -> LimnError:
    """The error that an answer tells of, or that none came."""
    if isinstance(reply, Lost):
        return OutOfReach("out_of_reach", f"No answer from the server: {reply.reason}.")
    told = told_in(reply)
    code = told.pop("code", None) or CODE_OF.get(reply.status) or ("internal" if reply.status >= 500 else "invalid")
    message = told.pop("message", None) or f"The server answered with status {reply.status}."
    return error(str(code), str(message), told, reply.status)


def told_in(answer: Answer) -> dict[str, Any]:
    """What stands under `error`, which some dialects write as a text alone.

    Empty where the answer comes from something else than Limn, such as a proxy.
    """
    try:
        body = json.loads(answer.body)
    except ValueError:
        return {}
    told = body.get("error") if isinstance(body, dict) else None
    if isinstance(told, str):
        return {"message": told}
    return dict(told) if isinstance(told, dict) else {}
