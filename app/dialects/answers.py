"""What the key dialect answers when all went well."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Credits = Annotated[int, Field(description="The balance less what is held by waiting jobs.")]


class Answer(BaseModel):
    """Base of every success."""

    model_config = ConfigDict(extra="forbid")

    success: Literal[True]


class User(BaseModel):
    id: int
    email: str
    plan: str = Field(description="free, pro or max.")
    credits: Credits


class Entered(Answer):
    token: str = Field(description="A JSON Web Token, for `Authorization: Bearer`.")
    user: User


class KeyImage(BaseModel):
    id: str
    url: str = Field(description="The PNG, open to whoever has the address.")
    prompt: str
    size: str = Field(examples=["1024x1024"])
    style: str = Field(description="standard or vivid; of pictures made elsewhere, the style they were painted in.")
    createdAt: str = Field(description="UTC.", examples=["2026-01-15T10:30:00Z"])  # noqa: N815  (the contract's name)


class ImageGenerated(Answer):
    image: KeyImage
    credits_remaining: Credits


class Pagination(BaseModel):
    page: int
    limit: int
    total: int = Field(description="How many pictures there are.")
    pages: int


class ImageHistory(Answer):
    images: list[KeyImage] = Field(description="Newest first.")
    pagination: Pagination
