"""What plans and packs come to."""

from itertools import combinations_with_replacement

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.billing.offers import Offer, cents_a_picture, days_of_return, monthly_cents, offers, saving
from app.billing.plans import FREE, PACKS, PLANS

PICTURE = 20  # credits, in standard quality


def test_a_year_saves_what_the_page_says() -> None:
    assert {name: saving(plan) for name, plan in PLANS.items()} == {"free": 0, "pro": 17, "max": 19}


def test_a_picture_costs_less_on_a_larger_plan_and_by_the_year() -> None:
    pro, most = PLANS["pro"], PLANS["max"]
    assert [round(cents_a_picture(plan, "month", PICTURE), 1) for plan in (pro, most)] == [6.0, 5.0]
    assert [round(cents_a_picture(plan, "year", PICTURE), 1) for plan in (pro, most)] == [5.0, 4.0]
    assert [round(monthly_cents(plan, "year")) for plan in (pro, most)] == [1250, 2417]


@pytest.mark.parametrize(
    ("pictures", "plan", "packs", "cents"),
    [
        (1, "free", [], 0),
        (5, "free", [], 0),
        (6, "free", ["pack-10"], 500),
        (25, "free", ["pack-10", "pack-10"], 1_000),
        (26, "pro", [], 1_499),
        (250, "pro", [], 1_499),
        (251, "pro", ["pack-10"], 1_999),
        (300, "max", [], 2_999),
        (600, "max", [], 2_999),
        (700, "max", ["pack-100"], 6_999),
    ],
)
def test_the_cheapest_comes_first(pictures: int, plan: str, packs: list[str], cents: int) -> None:
    best = offers(pictures * PICTURE)[0]
    assert (best.plan.id, [pack.id for pack in best.packs], best.cents) == (plan, packs, cents)


@given(st.integers(1, 40_000))
def test_each_offer_covers_what_is_needed_and_none_is_cheaper_than_the_first(needed: int) -> None:
    found = offers(needed)
    assert {offer.plan.id for offer in found} == set(PLANS)
    assert all(offer.credits >= needed for offer in found)
    assert [offer.cents for offer in found] == sorted(offer.cents for offer in found)


@given(st.integers(1, 3_000))
def test_no_other_choice_of_packs_is_cheaper(needed: int) -> None:
    on_free = next(offer for offer in offers(needed) if offer.plan == FREE)
    tried = (Offer(FREE, packs) for count in range(5) for packs in combinations_with_replacement(PACKS.values(), count))
    assert on_free.cents <= min(offer.cents for offer in tried if offer.credits >= needed)


def test_its_packs_are_counted() -> None:
    packs = (PACKS["pack-10"], PACKS["pack-100"], PACKS["pack-10"])
    assert [(pack.id, count) for pack, count in Offer(FREE, packs).counted] == [("pack-100", 1), ("pack-10", 2)]


@pytest.mark.parametrize(("needed", "days"), [(20, 0), (100, 0), (101, 1), (140, 1), (141, 2), (1_000, 23)])
def test_free_covers_more_for_whoever_comes_back(needed: int, days: int) -> None:
    assert days_of_return(needed) == days
