"""The price list as a call: plans, packs and what each tool costs, out of the data that everything else reads."""

from flask import Blueprint
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, Field

from app.accounts.models import ANY
from app.billing.plans import PACKS, PLANS, Pack, Plan
from app.studio.answers import Answer
from app.toolkit import Tool
from app.tools import TOOLS
from app.web.described import described

blueprint = Blueprint("price_list", __name__)


class PlanPrice(BaseModel):
    id: str = Field(description="free, pro or max.", examples=["pro"])
    title: str = Field(description="Its name on pages.")
    monthly_usd: float = Field(description="US dollars a month.", examples=[14.99])
    yearly_usd: float = Field(description="US dollars a year.", examples=[149.99])
    credits: int = Field(description="Credits a month.")
    daily_bonus: int = Field(description="Further credits on each later day of a visit.")
    trial_days: int = Field(description="Days a first subscription is free.")
    watermarked: bool = Field(description="Whether pictures carry the small mark of the free plan.")
    retention: str = Field(description="How long files are kept.", examples=["24 hours"])


class PackPrice(BaseModel):
    id: str = Field(description="What POST /api/checkout calls it.", examples=["pack-10"])
    title: str = Field(description="Its name on pages.")
    usd: float = Field(description="US dollars, once.", examples=[5.0])
    credits: int = Field(description="Credits that never expire.")
    images: int = Field(description="How many pictures in standard quality they are.")


class ToolPrice(BaseModel):
    name: str = Field(description="What its endpoint is called.", examples=["upscale"])
    title: str = Field(description="Its name on pages.")
    credits: int | dict[str, int] = Field(description="One price, or a price for each choice of `priced_by`.")
    priced_by: str | None = Field(description="The option that decides, where there are several prices.")


class PriceList(Answer):
    currency: str = Field(description="Of all prices.", examples=["usd"])
    plans: list[PlanPrice] = Field(description="The cheapest first.")
    packs: list[PackPrice] = Field(description="Bought once; the smallest first.")
    tools: list[ToolPrice] = Field(description="What a picture costs, in credits.")


@blueprint.get("/api/pricing")
@described("Plans, packs and prices", section="billing", scope=ANY, answers={200: PriceList}, open_to_all=True)
def list_json() -> ResponseReturnValue:
    plans = [_plan(plan) for plan in PLANS.values()]
    packs = [_pack(pack) for pack in PACKS.values()]
    tools = [_tool(tool) for tool in TOOLS.values()]
    return PriceList(ok=True, currency="usd", plans=plans, packs=packs, tools=tools).model_dump(mode="json")


def _plan(plan: Plan) -> PlanPrice:
    return PlanPrice(
        id=plan.id,
        title=plan.title,
        monthly_usd=plan.monthly_cents / 100,
        yearly_usd=plan.yearly_cents / 100,
        credits=plan.monthly_credits,
        daily_bonus=plan.daily_bonus,
        trial_days=plan.trial_days,
        watermarked=plan.watermark,
        retention=plan.retention,
    )


def _pack(pack: Pack) -> PackPrice:
    return PackPrice(id=pack.id, title=pack.title, usd=pack.cents / 100, credits=pack.credits, images=pack.images)


def _tool(tool: Tool) -> ToolPrice:
    prices = tool.price_list()
    return ToolPrice(name=tool.name, title=tool.title, credits=prices.get("", prices), priced_by=tool.priced_by)
