"""What the OpenAI dialect answers when all went well."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Quality = Literal["low", "medium", "high"]
Format = Literal["png", "jpeg", "webp"]


class Answer(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ImageAnswer(Answer):
    """One of the two, as response_format says."""

    url: str = Field("", description="Where the file is, open to whoever has the address.")
    b64_json: str = Field("", description="The file in base64.")


class InputTokens(Answer):
    text_tokens: int
    image_tokens: int


class Usage(Answer):
    """Nothing is counted in tokens here: credits are, by the picture. Clients that read this find zeros."""

    total_tokens: int
    input_tokens: int
    output_tokens: int
    input_tokens_details: InputTokens


class ImagesAnswer(Answer):
    created: int = Field(description="Seconds since 1970.")
    data: list[ImageAnswer]
    output_format: Format
    quality: Quality
    size: Literal["1024x1024", "1024x1536", "1536x1024"] | None = Field(
        None, description="Only where it is one of OpenAI's three."
    )
    background: Literal["opaque"] | None = Field(None, description="Where nothing can be see-through.")
    usage: Usage


class ModelAnswer(Answer):
    id: str
    object: Literal["model"]
    created: int
    owned_by: str


class ModelList(Answer):
    object: Literal["list"]
    data: list[ModelAnswer] = Field(description="The site's own first, then the names it also answers to.")
