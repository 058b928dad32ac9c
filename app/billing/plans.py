"""Plans, packs and what they cost, as data: pricing page, price list, checkout and limits all read it here."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from app.credits.ledger import Allowance

Interval = Literal["month", "year"]
CREDITS_AN_IMAGE = 20  # of a pack, and of a picture in standard quality


@dataclass(frozen=True)
class Plan:
    id: str
    title: str
    monthly_credits: int
    daily_bonus: int
    head_start: timedelta  # in the queue, before whoever asked at the same moment on Free
    watermark: bool
    keeps_files_for: timedelta | None  # None: while the plan is active
    retention: str  # the same, in words
    monthly_cents: int = 0  # US cents
    yearly_cents: int = 0
    trial_days: int = 0

    @property
    def paid(self) -> bool:
        return not self.watermark

    @property
    def allowance(self) -> Allowance:
        """What a visit brings to whoever was given the plan. One that is paid for brings credits with its invoices."""
        return Allowance(self.id, self.monthly_credits, self.daily_bonus)

    def cents(self, interval: Interval) -> int:
        return self.monthly_cents if interval == "month" else self.yearly_cents


@dataclass(frozen=True)
class Pack:
    """Credits that are bought once and never expire."""

    images: int
    cents: int

    @property
    def id(self) -> str:
        return f"pack-{self.images}"

    @property
    def title(self) -> str:
        return f"{self.images} images"

    @property
    def credits(self) -> int:
        return self.images * CREDITS_AN_IMAGE


@dataclass(frozen=True)
class Item:
    """Something for sale at one price: a plan for a month or a year, or a pack.

    `former` are prices in cents that somebody may still be paying. Change a price by moving the old one there.
    """

    id: str
    title: str
    cents: int
    plan: Plan | None = None
    interval: Interval | None = None  # of a plan
    pack: Pack | None = None
    former: tuple[int, ...] = ()

    @property
    def lookup_key(self) -> str:
        """Stripe's name for its price."""
        return f"limn-{self.id}"

    @property
    def prices(self) -> tuple[int, ...]:
        """Every price, in cents, at which it is or was sold."""
        return (self.cents, *self.former)


WHILE_ACTIVE = "while your plan is active"

PLANS = {
    plan.id: plan
    for plan in (
        Plan("free", "Free", 100, 40, timedelta(0), True, timedelta(hours=24), "24 hours"),
        Plan("pro", "Pro", 5_000, 0, timedelta(minutes=5), False, None, WHILE_ACTIVE, 1_499, 14_999, trial_days=7),
        Plan("max", "Max", 12_000, 0, timedelta(minutes=10), False, None, WHILE_ACTIVE, 2_999, 28_999),
    )
}
PACKS = {
    pack.id: pack for pack in (Pack(10, 500), Pack(50, 2_250), Pack(100, 4_000), Pack(250, 8_500), Pack(500, 15_000))
}
FREE = PLANS["free"]
KEPT = "as long as you like"  # whoever has bought a pack

_INTERVALS: tuple[tuple[Interval, str], ...] = (("month", "a month"), ("year", "a year"))
ITEMS = {
    item.id: item
    for item in (
        *(
            Item(f"{plan.id}-{interval}", f"{plan.title}, {said}", plan.cents(interval), plan, interval)
            for plan in PLANS.values()
            if plan.paid
            for interval, said in _INTERVALS
        ),
        *(Item(pack.id, pack.title, pack.cents, pack=pack) for pack in PACKS.values()),
    )
}
