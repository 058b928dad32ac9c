"""What the server tells, as objects."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from limn.effects import Answer
from limn.errors import Canceled, LimnError, ServerError, error

WAITING = ("queued", "submitted", "finalizing")


def body_of(answer: Answer) -> dict[str, Any]:
    """The JSON object of an answer that went well."""
    try:
        found = json.loads(answer.body)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ServerError(
            "internal", "The server's answer is no JSON. Is this the address of a Limn?", {}, answer.status
        )
    return found


@dataclass(frozen=True)
class State:
    """A job as it was when the server last told of it."""

    id: str
    status: str
    progress: int = 0
    queue_position: int | None = None
    images: Sequence[str] = ()
    share_urls: Sequence[str] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)  # the whole answer
    replayed: bool = False  # an earlier call made the request, and this was its answer

    @classmethod
    def of(cls, answer: Answer) -> Self:
        body = body_of(answer)
        try:
            return cls(
                id=str(body["job_id"]),
                status=str(body["status"]),
                progress=int(body.get("progress") or 0),
                queue_position=body.get("queue_position"),
                images=tuple(body.get("images") or ()),
                share_urls=tuple(body.get("share_urls") or ()),
                facts=body,
                replayed=answer.tries == 1 and answer.headers.get("idempotent-replayed") == "true",
            )
        except KeyError as missing:
            raise ServerError("internal", f"The server's answer lacks {missing}.", body) from None

    @property
    def waiting(self) -> bool:
        return self.status in WAITING

    @property
    def error(self) -> LimnError | None:
        """Why there is no picture, of a job that has ended without one."""
        if self.waiting or self.status == "succeeded":
            return None
        if self.status == "canceled":
            return Canceled("canceled", "The job was canceled. Nothing was charged.", {"job_id": self.id})
        told = dict(self.facts.get("error") or {})
        code, message = str(told.pop("code", "internal")), str(told.pop("message", "The job failed."))
        return error(code, message, {**told, "job_id": self.id})


@dataclass(frozen=True)
class Me:
    """The account behind the key."""

    email: str
    plan: str
    credits: int
    credits_expire_at: str | None
    low_credits: bool
    retention: str
    watermarked: bool

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Self:
        return cls(
            email=str(body.get("email", "")),
            plan=str(body.get("plan", "")),
            credits=int(body.get("credits") or 0),
            credits_expire_at=body.get("credits_expire_at"),
            low_credits=bool(body.get("low_credits")),
            retention=str(body.get("retention", "")),
            watermarked=bool(body.get("watermarked")),
        )


@dataclass(frozen=True)
class ToolFile:
    """A file that a tool takes."""

    name: str
    label: str
    help: str
    required: bool
    max_bytes: int | None


@dataclass(frozen=True)
class Tool:
    """A tool of the server. `credits` is its price, or its prices by the values of the option `priced_by`."""

    name: str
    title: str
    description: str
    credits: int | Mapping[str, int]
    priced_by: str | None
    files: Sequence[ToolFile]
    options: Mapping[str, Any]  # a JSON Schema

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Self:
        files = [
            ToolFile(
                str(file["name"]),
                str(file.get("label", file["name"])),
                str(file.get("help", "")),
                bool(file.get("required")),
                file.get("max_bytes"),
            )
            for file in body.get("files") or ()
        ]
        return cls(
            name=str(body["name"]),
            title=str(body.get("title", body["name"])),
            description=str(body.get("description", "")),
            credits=body.get("credits", 0),
            priced_by=body.get("priced_by"),
            files=tuple(files),
            options=dict(body.get("options") or {}),
        )

    @property
    def price(self) -> str:
        """As people read it: “10”, or “10, 15 or 20”."""
        if not isinstance(self.credits, Mapping):
            return str(self.credits)
        *others, last = [str(one) for one in dict.fromkeys(self.credits.values())]
        return f"{', '.join(others)} or {last}" if others else last


@dataclass(frozen=True)
class Painted:
    """A picture of the history. Its address answers without a key, as long as the file is kept and shared."""

    id: str
    url: str
    prompt: str
    size: str
    style: str
    created_at: str


@dataclass(frozen=True)
class History:
    """A page of what was painted, newest first."""

    images: Sequence[Painted]
    page: int
    pages: int
    total: int

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Self:
        told, place = ("id", "url", "prompt", "size", "style", "createdAt"), body.get("pagination") or {}
        images = [Painted(*(str(image.get(name, "")) for name in told)) for image in body.get("images") or ()]
        return cls(tuple(images), int(place.get("page", 1)), int(place.get("pages", 1)), int(place.get("total", 0)))


@dataclass(frozen=True)
class Price:
    """What a run would cost."""

    credit_cost: int
    credits: int | None
    covered: bool

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Self:
        return cls(int(body["credit_cost"]), body.get("credits"), bool(body.get("covered")))
