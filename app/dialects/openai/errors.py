"""How the OpenAI dialect says no: OpenAI's status codes, types and codes, so that the SDKs raise the right class."""

from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from app.refusals import Refusal
from app.web.dialects import Said

ASKED_WRONGLY = "invalid_request_error"
DO_NOT_RETRY = {"x-should-retry": "false"}  # an SDK would ask twice more, where nothing gets better by itself


class Kind(NamedTuple):
    code: str
    type: str = ASKED_WRONGLY
    status: int | None = None  # where OpenAI's is another than ours
    param: str | None = None


class OpenAIErrorFacts(BaseModel):
    model_config = ConfigDict(extra="forbid")

    message: str
    type: str = Field(description="What kind of error it is.", examples=[ASKED_WRONGLY])
    param: str | None = Field(description="The field that is wrong, if one is.")
    code: str | None = Field(description="Stable; a program decides by it.")


class OpenAIError(BaseModel):
    """What the OpenAI dialect says when it refuses."""

    model_config = ConfigDict(extra="forbid")

    error: OpenAIErrorFacts


KINDS = {
    "invalid": Kind("invalid_value"),
    "content_policy": Kind("content_policy_violation", param="prompt"),
    "withheld": Kind("moderation_blocked", "image_generation_user_error", 400),
    "plan_required": Kind("model_not_found"),
    "login_required": Kind("invalid_api_key"),
    "invalid_credentials": Kind("invalid_api_key"),
    "out_of_credits": Kind("insufficient_quota", "insufficient_quota", 429),
    "spending_cap": Kind("insufficient_quota", "insufficient_quota", 429),
    "insufficient_scope": Kind("missing_scope"),
    "too_large": Kind("request_too_large"),
    "not_a_picture": Kind("invalid_image_file", status=400),
    "unreadable": Kind("invalid_image_file", status=400),
    "password_needed": Kind("invalid_image_file", status=400),
    "too_many_pixels": Kind("invalid_image_file", status=400),
    "rate_limited": Kind("rate_limit_exceeded", "requests"),
    "internal": Kind("server_error", "server_error"),
    "helper_missing": Kind("unavailable", "server_error"),
    "engine_unavailable": Kind("unavailable", "server_error"),
}
FINAL = ("out_of_credits", "spending_cap", "conflict")


def say(refusal: Refusal, status: int) -> Said:
    kind = KINDS.get(refusal.code, Kind(refusal.code))
    error = {
        "message": refusal.message,
        "type": kind.type,
        "param": refusal.facts.get("field", kind.param),
        "code": refusal.facts.get("reason", kind.code),
    }
    return Said({"error": error}, kind.status or status, DO_NOT_RETRY if refusal.code in FINAL else {})
