"""What the calls about spending answer, as models."""

from datetime import datetime

from pydantic import BaseModel, Field

from app.studio.answers import Answer


class SpentByKey(BaseModel):
    id: int
    name: str
    spent: int = Field(description="Credits that went through it in this calendar month (UTC).")
    monthly_cap: int | None = Field(description="The most it may spend; null: no cap.")


class Spending(Answer):
    monthly_cap: int | None = Field(description="The most credits a calendar month (UTC) may cost; null: no cap.")
    spent: int = Field(description="Of this month, with what waiting jobs hold.")
    by_hand: int = Field(description="How much of it without a key: on the site itself.")
    by_key: list[SpentByKey] = Field(description="Keys that spent something this month, or open something still.")
    resets_at: datetime = Field(description="When the month ends, and counting begins anew.")
