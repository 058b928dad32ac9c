"""Pricing: the plans side by side, packs, what so many pictures a month cost, and what a change would do."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal, NamedTuple, get_args

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app import clock
from app.billing import offers
from app.billing.plans import FREE, ITEMS, PACKS, PLANS, Interval, Plan
from app.engines.catalogue import Model
from app.extensions import models, settings
from app.payments import books, checkout, preview
from app.payments.models import Subscription
from app.studio.visit import person, signed_in, standing
from app.toolkit import Choice, Params, field, one_of, parse
from app.tools import TOOLS, generate
from app.web.kind import for_fragment

blueprint = Blueprint("pricing", __name__)

INTERVALS: tuple[Interval, ...] = get_args(Interval)
PICTURES, MOST_PICTURES = 50, 5_000  # a month, in the calculator

TO_BUY = tuple(Choice(plan.id, plan.title) for plan in PLANS.values() if plan.paid)
OFTEN = (Choice("month", "Monthly"), Choice("year", "Yearly"))

UNPAID = ("past_due", "unpaid")

Way = Literal["here", "register", "try", "buy", "change", "keep", "mend", "end", "none"]


class ChangeQuery(Params):
    plan: Annotated[str, one_of(TO_BUY)] = field(..., label="Plan", help="The plan to change to.", choices=TO_BUY)
    interval: Annotated[str, one_of(OFTEN)] = field("month", label="Interval", help="How it is paid.", choices=OFTEN)


class Price(NamedTuple):
    """A plan at one interval, and what somebody can do about it."""

    interval: Interval
    cents: int
    monthly_cents: float
    cents_a_picture: float
    saving: int  # per cent
    way: Way


class Card(NamedTuple):
    plan: Plan
    models: list[str]  # that it brings, and the plan below does not
    below: Plan | None  # the paid plan that it has everything of
    here: bool
    prices: list[Price]


@dataclass(frozen=True)
class Buyer:
    """Who looks at the prices: what they have, and what that leaves to choose."""

    signed_in: bool
    plan: Plan
    subscription: Subscription | None
    may_try: bool

    def way(self, plan: Plan, interval: Interval) -> Way:
        if plan.paid and not for_sale():
            return "here" if self.signed_in and plan == self.plan else "none"
        if not self.signed_in:
            return "register"
        if self.subscription is None:
            return self._beginning(plan)
        if not plan.paid:
            return "here" if plan == self.plan else "end"
        if self.subscription.item != f"{plan.id}-{interval}":
            return "change"
        if self.subscription.ends_at:
            return "keep"
        return "mend" if self.subscription.status in UNPAID or plan != self.plan else "here"

    def _beginning(self, plan: Plan) -> Way:
        if plan == self.plan:
            return "here"
        if not plan.paid:
            return "none"
        return "try" if plan.trial_days and self.may_try else "buy"


def for_sale() -> bool:
    return bool(settings().STRIPE_SECRET_KEY) or settings().test_checkout


@blueprint.get("/pricing")
def show() -> ResponseReturnValue:
    """The page; for htmx the answer of its calculator."""
    reckoned = _reckoned()
    if for_fragment():
        return render_template("billing/_reckoned.html", **reckoned)
    return render_template(
        "billing/pricing.html",
        cards=_cards(_buyer()),
        interval=_interval(),
        packs=list(PACKS.values()),
        savings=sorted({offers.saving(plan) for plan in PLANS.values() if plan.paid}),
        qualities=[(value, label, generate.PRICE[value]) for value, label in generate.QUALITIES],
        picture=generate.PRICE["standard"],
        tool_prices=_tool_prices(),
        factors=[(model.title, model.price) for model in models().values() if model.price != 1],
        waiting=settings().WAITING_JOBS_PAID,
        for_sale=for_sale(),
        test_checkout=settings().test_checkout,
        most_pictures=MOST_PICTURES,
        nav="pricing",
        **reckoned,
    )


@blueprint.get("/pricing/change")
def change() -> ResponseReturnValue:
    """What another plan would do, before anybody says yes; for htmx to stand beneath the plans."""
    me, wanted = signed_in(), parse(ChangeQuery, request.args.to_dict())
    item = ITEMS[f"{wanted.plan}-{wanted.interval}"]
    found = preview.change(me, item, clock.now())
    template = "billing/_change.html" if for_fragment() else "billing/change.html"
    return render_template(template, preview=found, item=item, current=books.subscription_of(me.id), nav="pricing")


def _buyer() -> Buyer:
    me = person()
    if me is None:
        return Buyer(signed_in=False, plan=FREE, subscription=None, may_try=True)
    return Buyer(
        signed_in=True,
        plan=standing().plan,
        subscription=books.subscription_of(me.id),
        may_try=any(checkout.has_trial(me.id, item) for item in ITEMS.values()),
    )


def _cards(buyer: Buyer) -> list[Card]:
    plans = list(PLANS.values())
    return [
        Card(
            plan,
            [model.beginning for model in models().values() if below and _brings(model, plan, below)],
            below if below and below.paid else None,
            buyer.signed_in and plan == buyer.plan,
            [_price(plan, interval, buyer) for interval in INTERVALS],
        )
        for below, plan in zip([None, *plans], plans, strict=False)
    ]


def _brings(model: Model, plan: Plan, below: Plan) -> bool:
    return model.open_to(plan.id) and not model.open_to(below.id)


def _price(plan: Plan, interval: Interval, buyer: Buyer) -> Price:
    return Price(
        interval,
        plan.cents(interval),
        offers.monthly_cents(plan, interval),
        offers.cents_a_picture(plan, interval, generate.PRICE["standard"]),
        offers.saving(plan) if interval == "year" else 0,
        buyer.way(plan, interval),
    )


def _tool_prices() -> tuple[int, int]:
    """The least and the most that a tool takes, where it takes anything."""
    found = [price for tool in TOOLS.values() if tool.files for price in tool.price_list().values() if price]
    return min(found), max(found)


def _interval() -> Interval:
    return "year" if request.args.get("interval") == "year" else "month"


def _reckoned() -> dict[str, Any]:
    """How many pictures of which quality a month, what that takes, and what covers it, the cheapest first."""
    pictures = min(max(request.args.get("pictures", PICTURES, type=int), 1), MOST_PICTURES)
    quality = request.args.get("quality", "")
    quality = quality if quality in generate.PRICE else "standard"
    needed = pictures * generate.PRICE[quality]
    return {
        "pictures": pictures,
        "quality": quality,
        "needed": needed,
        "offers": offers.offers(needed),
        "days_of_return": offers.days_of_return(needed),
        "free": FREE,
    }
