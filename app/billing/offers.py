"""What plans and packs come to: the saving of a year, the price of a picture, and what is cheapest for so many."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, reduce
from math import gcd

from app.billing.plans import FREE, PACKS, PLANS, Interval, Pack, Plan

MONTHS = {"month": 1, "year": 12}


@dataclass(frozen=True)
class Offer:
    """A way to have so many credits a month: a plan, packs on top of it, or packs alone."""

    plan: Plan
    packs: tuple[Pack, ...] = ()

    @property
    def cents(self) -> int:
        return self.plan.monthly_cents + sum(pack.cents for pack in self.packs)

    @property
    def credits(self) -> int:
        return self.plan.monthly_credits + sum(pack.credits for pack in self.packs)

    @cached_property
    def counted(self) -> list[tuple[Pack, int]]:
        """Its packs with how many of each, the largest first."""
        return sorted(Counter(self.packs).items(), key=lambda found: -found[0].cents)


def saving(plan: Plan) -> int:
    """How many per cent a year costs less than twelve months, rounded."""
    return round(100 - plan.yearly_cents * 100 / (12 * plan.monthly_cents)) if plan.monthly_cents else 0


def monthly_cents(plan: Plan, interval: Interval) -> float:
    return plan.cents(interval) / MONTHS[interval]


def cents_a_picture(plan: Plan, interval: Interval, price: int) -> float:
    """With all of its credits spent on pictures of a price in credits."""
    return monthly_cents(plan, interval) * price / plan.monthly_credits


def days_of_return(credits_needed: int) -> int:
    """On how many later days of a month somebody on Free has to come back for as many credits."""
    return max(0, -(-(credits_needed - FREE.monthly_credits) // FREE.daily_bonus))


def offers(credits_needed: int) -> list[Offer]:
    """What covers that many credits in a month, the cheapest first: each plan with as few packs as it takes."""
    found = [_covered(plan, credits_needed) for plan in PLANS.values()]
    return sorted(found, key=lambda offer: (offer.cents, len(offer.packs)))


def _covered(plan: Plan, credits_needed: int) -> Offer:
    missing = credits_needed - plan.monthly_credits
    return Offer(plan, _cheapest_packs(missing)) if missing > 0 else Offer(plan)


def _cheapest_packs(missing: int) -> tuple[Pack, ...]:
    """The packs that hold that many credits for the least money: step by step, each the best on top of an earlier."""
    step = reduce(gcd, (pack.credits for pack in PACKS.values()))
    best: list[tuple[Pack, ...]] = [()]
    for filled in range(1, -(-missing // step) + 1):
        tried = ((*best[max(0, filled - pack.credits // step)], pack) for pack in PACKS.values())
        best.append(min(tried, key=_cost))
    return best[-1]


def _cost(packs: Iterable[Pack]) -> tuple[int, int]:
    found = tuple(packs)
    return sum(pack.cents for pack in found), len(found)
