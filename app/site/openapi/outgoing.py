"""The messages that go out, which are the document's other half: requests that a program of somebody's answers."""

from typing import Any

from app.site.openapi.schemas import Model, reference
from app.webhooks.messages import JobMessage, TryOutMessage

HEADERS = {
    "webhook-id": ("The same on every try of one message.", "msg_5f0d3c4be6a24c1f9f0a4f6f0b0f3b1d"),
    "webhook-timestamp": ("When it was sent, in seconds since 1970. Refuse what is old.", "1795262400"),
    "webhook-signature": (
        "`v1,` and the signature after Standard Webhooks; two with a space between after a rotation.",
        "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
    ),
}
MODELS: tuple[Model, ...] = (JobMessage, TryOutMessage)
MESSAGES: dict[str, tuple[str, Model]] = {
    "job.succeeded": ("A job is done", JobMessage),
    "job.failed": ("A job failed, and nothing was charged", JobMessage),
    "job.canceled": ("A job was canceled", JobMessage),
    "webhook.test": ("A test, asked for by hand", TryOutMessage),
}


def webhooks() -> dict[str, Any]:
    return {kind: {"post": _post(kind, summary, model)} for kind, (summary, model) in MESSAGES.items()}


def _post(kind: str, summary: str, model: Model) -> dict[str, Any]:
    return {
        "operationId": "hear_" + kind.replace(".", "_"),
        "summary": summary,
        "tags": ["webhooks"],
        "parameters": [
            {
                "name": name,
                "in": "header",
                "required": True,
                "description": said,
                "schema": {"type": "string"},
                "example": example,
            }
            for name, (said, example) in HEADERS.items()
        ],
        "requestBody": {"required": True, "content": {"application/json": {"schema": reference(model)}}},
        "responses": {
            "2XX": {"description": "Taken. It will not come again."},
            "410": {"description": "No more of it: it will not be tried again."},
            "default": {"description": "Not taken: it will be tried again, for a day."},
        },
    }
