"""What a message says, described once: its body follows from it, and the API's document."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field


class MessageError(BaseModel):
    code: str
    message: str


class JobFacts(BaseModel):
    """The job that ended. Its full answer is at `/api/job/<job_id>`."""

    job_id: str
    tool: str = Field(description="generate, convert, …")
    status: Literal["succeeded", "failed", "canceled"]
    count: int = Field(description="How many pictures there are.")
    images: list[str] = Field(description="Addresses of the files.")
    image_url: str | None = Field(description="The first of them; null: there is none.")
    share_urls: list[str] = Field(description="Addresses of pages that can be passed on.")
    share_url: str | None = Field(description="The first of them; null: there is none.")
    credit_cost: int = Field(description="Credits that were charged: none unless it succeeded.")
    error: MessageError | None = Field(None, description="Why it failed; left out otherwise.")


class JobMessage(BaseModel):
    """A job has ended."""

    type: Literal["job.succeeded", "job.failed", "job.canceled"]
    timestamp: datetime = Field(description="When it ended.")
    data: JobFacts


class TryOut(BaseModel):
    message: str


class TryOutMessage(BaseModel):
    """Somebody tries whether messages arrive."""

    type: Literal["webhook.test"]
    timestamp: datetime
    data: TryOut


Message = JobMessage | TryOutMessage
