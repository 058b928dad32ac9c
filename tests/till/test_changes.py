"""Another plan in the middle of a period, or at its end: credited and charged as Stripe does it."""

from collections.abc import Callable
from datetime import datetime

import pytest
from stripe import CardError, InvalidRequestError

from app.till import hands
from app.till.errors import TillError
from tests.till.shop import COLLECTED, Shop, day

pytestmark = pytest.mark.usefixtures("end_of_january")


def test_a_dearer_plan_begins_at_once_and_the_rest_is_credited(shop: Shop) -> None:
    configuration = shop.offers("decreasing_item_amount", "shortening_interval")
    subscription = shop.subscribes()
    end = shop.item(subscription)["current_period_end"]
    shop.passes(days=7)
    shop.types()
    hands.change_item(subscription, shop.price("max"), shop.time.now(), configuration)

    assert shop.types() == ["invoice.created", "customer.subscription.updated", *COLLECTED]
    invoice = shop.invoices(subscription)[-1]
    credit, charge = invoice["lines"]["data"]
    assert (invoice["billing_reason"], invoice["total"]) == ("subscription_update", 1_125)
    assert (credit["amount"], charge["amount"]) == (-1_124, 2_249)
    for line in (credit, charge):
        assert line["parent"]["subscription_item_details"]["proration"]
        assert line["period"] == {"start": int(shop.time.now().timestamp()), "end": end}
    credited = credit["parent"]["subscription_item_details"]["proration_details"]["credited_items"]
    assert credited["invoice"] == shop.invoices(subscription)[0]["id"]
    assert shop.item(subscription)["current_period_end"] == end


def test_a_year_begins_anew(shop: Shop) -> None:
    configuration = shop.offers("shortening_interval")
    subscription = shop.subscribes()
    shop.passes(days=14)
    hands.change_item(subscription, shop.price("pro", "year"), shop.time.now(), configuration)

    credit, year = shop.invoices(subscription)[-1]["lines"]["data"]
    assert (credit["amount"], year["amount"]) == (-750, 14_990)
    assert not year["parent"]["subscription_item_details"]["proration"]
    assert day(shop.item(subscription)["current_period_end"]) == "2027-02-14"


def test_a_cheaper_plan_waits_for_the_end(shop: Shop) -> None:
    configuration = shop.offers("decreasing_item_amount")
    subscription = shop.subscribes("max")
    shop.types()
    hands.change_item(subscription, shop.price("pro"), shop.time.now(), configuration)

    assert shop.types() == ["subscription_schedule.created", "customer.subscription.updated"]
    assert shop.item(subscription)["price"]["id"] == shop.price("max")
    shop.passes(days=28)
    assert shop.types() == ["subscription_schedule.released", "invoice.created", "customer.subscription.updated"]
    assert shop.item(subscription)["price"]["id"] == shop.price("pro")
    assert shop.subscription(subscription)["schedule"] is None
    assert shop.invoices(subscription)[-1]["total"] == 1_499


def test_a_year_that_becomes_a_month_keeps_its_day(shop: Shop) -> None:
    configuration = shop.offers("shortening_interval")
    subscription = shop.subscribes("pro", "year")
    hands.change_item(subscription, shop.price("pro"), shop.time.now(), configuration)
    shop.passes(days=365)
    assert day(shop.item(subscription)["current_period_end"]) == "2027-02-28"


@pytest.mark.parametrize("act", [hands.keep, hands.cancel])
def test_what_waits_is_off_when_they_keep_or_cancel(shop: Shop, act: Callable[[str, datetime], None]) -> None:
    configuration = shop.offers("decreasing_item_amount")
    subscription = shop.subscribes("max")
    hands.change_item(subscription, shop.price("pro"), shop.time.now(), configuration)
    shop.types()
    act(subscription, shop.time.now())

    assert shop.types()[0] == "subscription_schedule.released"
    assert shop.subscription(subscription)["schedule"] is None
    shop.passes(days=28)
    assert shop.item(subscription)["price"]["id"] == shop.price("max")


def test_a_change_that_cannot_be_paid_is_none(shop: Shop) -> None:
    shop.offers()
    subscription = shop.subscribes()
    hands.change_card(shop.ann, "declined", shop.time.now())
    before, invoices = shop.subscription(subscription), shop.invoices(subscription)
    with pytest.raises(TillError) as error:
        hands.change_item(subscription, shop.price("max"), shop.time.now())

    assert error.value.status == 402
    assert shop.subscription(subscription) == before
    assert shop.invoices(subscription) == invoices


def test_an_update_by_call_may_leave_a_debt_or_refuse_to(shop: Shop) -> None:
    subscription = shop.subscribes(card="fails-later")
    items = [{"id": shop.item(subscription)["id"], "price": shop.price("max")}]
    change = {"items": items, "proration_behavior": "always_invoice"}
    with pytest.raises(CardError):
        shop.v1.subscriptions.update(subscription, change | {"payment_behavior": "error_if_incomplete"})
    assert shop.item(subscription)["price"]["id"] == shop.price("pro")

    shop.v1.subscriptions.update(subscription, change)
    assert shop.item(subscription)["price"]["id"] == shop.price("max")
    assert shop.subscription(subscription)["status"] == "past_due"


def test_a_cheaper_plan_by_call_leaves_money_for_the_next_invoice(shop: Shop) -> None:
    subscription = shop.subscribes("max")
    change = {"items": [{"id": shop.item(subscription)["id"], "price": shop.price("pro")}]}
    shop.v1.subscriptions.update(subscription, change | {"proration_behavior": "always_invoice"})

    assert shop.invoices(subscription)[-1]["total"] == -1_500
    assert shop.v1.customers.retrieve(shop.ann).balance == -1_500
    shop.passes(days=29)
    renewal = shop.invoices(subscription)[-1]
    assert (renewal["total"], renewal["amount_due"], renewal["starting_balance"]) == (1_499, 0, -1_500)
    assert renewal["status"] == "paid"
    assert shop.v1.customers.retrieve(shop.ann).balance == -1


def test_prorations_may_wait_for_the_next_invoice(shop: Shop) -> None:
    subscription = shop.subscribes()
    shop.passes(days=14)
    shop.v1.subscriptions.update(
        subscription, {"items": [{"id": shop.item(subscription)["id"], "price": shop.price("max")}]}
    )
    assert len(shop.invoices(subscription)) == 1
    shop.passes(days=15)
    assert [line["amount"] for line in shop.invoices(subscription)[-1]["lines"]["data"]] == [-750, 1_500, 2_999]


def test_a_trial_that_changes_its_plan_ends(shop: Shop) -> None:
    configuration = shop.offers("decreasing_item_amount")
    subscription = shop.subscribes(trial=7)
    shop.passes(days=2)
    hands.change_item(subscription, shop.price("max"), shop.time.now(), configuration)

    changed = shop.subscription(subscription)
    assert (changed["status"], changed["trial_end"]) == ("active", int(shop.time.now().timestamp()))
    assert [line["amount"] for line in shop.invoices(subscription)[-1]["lines"]["data"]] == [2_999]


def test_a_trial_can_be_ended_by_call(shop: Shop) -> None:
    subscription = shop.subscribes(trial=7)
    shop.v1.subscriptions.update(subscription, {"trial_end": "now"})
    assert shop.subscription(subscription)["status"] == "active"
    assert [one["total"] for one in shop.invoices(subscription)] == [0, 1_499]


def test_a_change_to_the_same_price_is_none(shop: Shop) -> None:
    subscription = shop.subscribes()
    same = [{"id": shop.item(subscription)["id"], "price": shop.price("pro")}]
    shop.types()
    shop.v1.subscriptions.update(subscription, {"items": same, "proration_behavior": "always_invoice"})
    assert shop.types() == []
    assert len(shop.invoices(subscription)) == 1


def test_a_trial_that_is_over_cannot_be_ended(shop: Shop) -> None:
    subscription = shop.subscribes()
    with pytest.raises(InvalidRequestError, match="not in the test checkout"):
        shop.v1.subscriptions.update(subscription, {"trial_end": "now"})


def test_a_period_can_begin_anew_by_call(shop: Shop) -> None:
    subscription = shop.subscribes()
    shop.passes(days=14)
    asked = {"billing_cycle_anchor": "now", "proration_behavior": "always_invoice"}
    shop.v1.subscriptions.update(subscription, asked)
    assert [line["amount"] for line in shop.invoices(subscription)[-1]["lines"]["data"]] == [-750, 1_499]
    assert shop.item(subscription)["current_period_start"] == int(shop.time.now().timestamp())
