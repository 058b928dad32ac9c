"""What the calls about webhooks take and answer."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from app.studio.answers import Answer
from app.toolkit import Params, field
from app.web import LARGEST


class AddressParams(Params):
    url: str | None = field(
        ...,
        label="Address",
        help="Hears of every job that ends. https:// or http://, open to the internet; null: nobody is told.",
        max_length=2000,
    )


class DeliveryQuery(Params):
    before: int | None = field(None, label="before", help="The `next_before` of the page before.", ge=1, le=LARGEST)
    limit: int = field(20, label="limit", help="Messages on a page.", ge=1, le=100)


class WebhookAnswer(Answer):
    url: str | None = Field(description="The address that hears of every job; null: none does.")
    secret: str = Field(description="Signs every message, after Standard Webhooks.", examples=["whsec_C2FtcGxl"])
    previous_secret_until: datetime | None = Field(
        description="After a rotation: until when the secret before it signs, too."
    )


class Try(BaseModel):
    at: datetime
    status: int | None = Field(description="Of what answered; null: nothing did.")
    answer: str = Field(description="The beginning of the answer.")
    error: str = Field(description="What went wrong, in a sentence; empty when it arrived.")
    seconds: float = Field(description="How long it took.")


class DeliveryDescription(BaseModel):
    id: int
    message_id: str = Field(description="The header `webhook-id`, the same on every try.")
    type: str = Field(description="job.succeeded, job.failed, job.canceled or webhook.test.")
    job_id: str | None = Field(description="Null for a test.")
    url: str
    state: Literal["pending", "sending", "delivered", "failed"] = Field(
        description="`failed`: for a day nobody took it, or the address wants no more."
    )
    created_at: datetime
    next_try_at: datetime | None = Field(description="Null when there will be none.")
    body: str = Field(description="The text that is sent and signed.")
    tries: list[Try] = Field(description="The newest first.")


class DeliveryAnswer(Answer):
    delivery: DeliveryDescription


class DeliveryList(Answer):
    deliveries: list[DeliveryDescription] = Field(description="The newest first.")
    next_before: int | None = Field(description="`before` of the next page; null: this is the last.")
