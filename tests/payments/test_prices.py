"""Which price of Stripe's is which item of ours."""

import pytest

from app.billing.plans import ITEMS, PLANS
from app.payments.prices import item_of
from tests.payments.stripe_shapes import price_of

PRO = ITEMS["pro-month"]


def test_every_item_knows_its_price_again() -> None:
    assert all(item_of(price_of(item)) == item for item in ITEMS.values())
    assert all(item_of(price_of(item) | {"lookup_key": None}) == item for item in ITEMS.values())
    assert all(item_of(price_of(item) | {"metadata": {}}) == item for item in ITEMS.values())


@pytest.mark.parametrize(
    "wrong",
    [
        {"unit_amount": 1},
        {"unit_amount": None},
        {"currency": "eur"},
        {"lookup_key": None, "metadata": {}},
        {"metadata": {"limn": "max-month"}},
        {"recurring": None},
        {"recurring": {"interval": "year", "interval_count": 1}},
        {"recurring": {"interval": "month", "interval_count": 3}},
    ],
    ids=str,
)
def test_a_price_that_is_not_quite_ours_is_none_of_ours(wrong: dict[str, object]) -> None:
    assert item_of(price_of(PRO) | wrong) is None


def test_plans_for_nothing_are_not_for_sale() -> None:
    assert {item.plan.id for item in ITEMS.values() if item.plan} == {plan.id for plan in PLANS.values() if plan.paid}
