"""The headers that requests may bring and answers carry."""

from collections.abc import Iterable
from typing import Any

from app.site.openapi.operations import Operation
from app.web import idempotency

HEADERS: dict[str, tuple[str, dict[str, Any], str]] = {  # what it says, its schema, an example
    "RateLimit": (
        "What is left of the policy, and the seconds until it begins anew.",
        {"type": "string"},
        '"free";r=118;t=42',
    ),
    "RateLimit-Policy": ("How many requests in how many seconds.", {"type": "string"}, '"free";q=120;w=60'),
    "Retry-After": ("Seconds after which to try again.", {"type": "string", "pattern": "^[0-9]+$"}, "42"),
    "Idempotent-Replayed": (
        "The request came before, and this is the answer it had then.",
        {"type": "string", "const": "true"},
        "true",
    ),
    "x-should-retry": (
        "For libraries that try again by themselves: this time it is of no use.",
        {"type": "string", "const": "false"},
        "false",
    ),
    "Preference-Applied": ("The preference that was followed.", {"type": "string"}, "wait=20"),
}

IDEMPOTENCY_KEY = {
    "name": idempotency.HEADER,
    "in": "header",
    "description": "A text of your own for this request, as good as random. Whoever sends the same request with the "
    "same key again, within a day, gets the same answer, and it is done and charged once.",
    "schema": {"type": "string", "minLength": 1, "maxLength": idempotency.LONGEST, "pattern": r"^[ -~]+$"},
    "example": "3f1c0a52-8f0e-4b7e-9c55-0d6f1f6f7d11",
}
PREFER = {
    "name": "Prefer",
    "in": "header",
    "description": "`wait=20`: wait up to 20 seconds for the result. `respond-async`: answer at once, with the job to "
    "poll.",
    "schema": {"type": "string"},
    "example": "wait=20",
}


def components() -> dict[str, Any]:
    return {
        name: {"description": said, "schema": schema, "example": example}
        for name, (said, schema, example) in HEADERS.items()
    }


def parameters() -> dict[str, Any]:
    return {"IdempotencyKey": IDEMPOTENCY_KEY, "Prefer": PREFER}


def of_request(operation: Operation) -> list[dict[str, str]]:
    names = ["IdempotencyKey"] if operation.method == "POST" else []
    names += ["Prefer"] if operation.waits else []
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def of_answer(operation: Operation, status: int) -> dict[str, Any]:
    """Besides those that the endpoint tells of itself."""
    names = ["RateLimit", "RateLimit-Policy"] if operation.limited else []
    names += ["Retry-After"] if status in (429, 503) else []
    names += ["Idempotent-Replayed"] if operation.method == "POST" and status == 200 else []
    names += ["Preference-Applied"] if operation.waits else []
    own = {
        name: {"description": said, "schema": {"type": "string"}} for name, said in operation.endpoint.headers.items()
    }
    return own | named(names)


def named(names: Iterable[str]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
