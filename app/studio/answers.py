"""What the session API answers when all went well, as models: its description follows from them."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Answer(BaseModel):
    """Base of every success."""

    model_config = ConfigDict(extra="forbid")

    ok: Literal[True]


Status = Annotated[
    Literal["queued", "submitted", "finalizing", "succeeded", "failed", "canceled"],
    Field(description="`submitted` and `finalizing`: a worker has it."),
]
Plan = Annotated[str, Field(description="The plan it runs on: free, pro or max.")]
Balance = Annotated[
    int | None, Field(description="What can be spent now: the balance less what is held. Null without an account.")
]
Retention = Annotated[str, Field(description="How long the files are kept.", examples=["24 hours"])]
Watermarked = Annotated[bool, Field(description="Whether the picture carries the small mark of the free plan.")]
JobId = Annotated[str, Field(description="22 letters and digits, unguessable.", examples=["8mKq2ZpXv0LrT5cYwN1aBd"])]
Place = Annotated[int | None, Field(description="Its place in the queue: 1 is next. Null once it has left it.")]


class Me(Answer):
    email: str
    plan: Plan
    credits: int = Field(description="What can be spent now: the balance less what is held by waiting jobs.")
    credits_expire_at: datetime | None = Field(description="When the soonest of them expire.")
    low_credits: bool
    retention: Retention
    watermarked: Watermarked


class Done(Answer):
    """It is done, and there is no more to say."""


class Quote(Answer):
    """The answer to a dry run: nothing is started, nothing charged."""

    dry_run: Literal[True]
    credit_cost: int
    credits: Balance
    covered: bool = Field(description="Whether the balance covers it.")


class Started(Answer):
    message: str
    job_id: JobId
    status: Status
    queue_position: Place
    watermarked: Watermarked
    plan: Plan
    prompt: str
    retention: Retention
    anon: bool = Field(description="Whether it was asked for without an account.")


class JobError(BaseModel):
    code: str
    message: str


class JobAnswer(Answer):
    """A job as it is now. Addresses of pictures come when there are some; `error` when it failed."""

    job_id: JobId
    status: Status
    watermarked: Watermarked
    count: int = Field(description="How many pictures.")
    plan: Plan
    credits: Balance
    retention: Retention
    queue_position: int = Field(0, description="While it is queued: 1 is next.")
    waiting_for: str = Field("", description="While it is queued: about how long, or what keeps its model; in words.")
    instead_of: str = Field("", description="The `model` it was meant for, which did not work: another one paints it.")
    progress: int = Field(0, ge=0, le=100, description="While it waits or runs, per cent.")
    error: JobError | None = None
    images: list[str] = Field([], description="Addresses of the files, on this site.")
    image_url: str = Field("", description="The first of them.")
    share_urls: list[str] = Field([], description="Addresses of pages that can be passed on.")
    share_url: str = Field("", description="The first of them.")


class ToolAnswer(JobAnswer):
    """A job of a tool: with what it did to the file, when it is done."""

    message: str
    credit_cost: int
    low_credits: bool
    bytes_in: int = 0
    bytes_out: int = 0
    width_out: int = Field(0, description="Pixels.")
    height_out: int = Field(0, description="Pixels.")
    before_url: str = Field("", description="What came in, as a browser shows it; the owner's alone.")
    width_in: int = 0
    height_in: int = 0
    format_in: str = ""
    format_out: str = ""
    metadata: Any = Field(None, description="What the tool metadata found in the file.")


class ToolFile(BaseModel):
    name: str
    label: str
    help: str
    required: bool
    max_bytes: int


class ToolDescription(BaseModel):
    name: str
    title: str
    description: str
    endpoint: str
    credits: int | dict[str, int] = Field(description="One price, or a price for each choice of `priced_by`.")
    priced_by: str | None
    files: list[ToolFile]
    options: dict[str, Any] = Field(description="A JSON Schema.")


class ToolList(Answer):
    tools: list[ToolDescription]


class SiteModel(BaseModel):
    name: str = Field(description="What `model` of a request says.")
    title: str = Field(description="As pages name it.")
    good_at: str
    tools: list[str] = Field(description="The tools that it can work for.")
    price_factor: float = Field(description="What prices are multiplied by, and then rounded up to whole credits.")
    plans: list[str] = Field(description="Who may choose it. Without an account one is on Free.")
    state: Literal["ready", "loading", "down"] = Field(description="What is asked of one that is down waits for it.")


class SiteModels(Answer):
    models: list[SiteModel]


class KeyDescription(BaseModel):
    id: int
    name: str
    start: str = Field(description="Its first letters, by which you know it again.", examples=["limn_3fK9"])
    scopes: list[str]
    monthly_cap: int | None = Field(description="Credits it may spend in a calendar month; null: no cap.")
    spent_this_month: int = Field(description="Credits that went through it in this calendar month (UTC).")
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None = Field(description="To within five minutes.")
    previous_until: datetime | None = Field(description="After a rotation: until when the key before it opens too.")


class KeyList(Answer):
    keys: list[KeyDescription]


class KeyMade(Answer):
    key: str = Field(description="The key itself. It is shown this once.")
    id: int
