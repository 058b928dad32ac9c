"""Invoices add up, whatever is changed and whenever."""

from datetime import UTC, datetime, timedelta

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from app.till import hands, prorations
from app.till.errors import TillError
from app.till.months import period_after
from tests.conftest import Clock
from tests.till.server import serving
from tests.till.shop import Shop

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
CENTS = some.integers(1, 1_000_000)
SPANS = some.integers(1, 366 * 86_400)


@given(CENTS, CENTS, SPANS, some.data())
def test_a_credit_is_never_more_than_was_paid_nor_a_charge_more_than_the_price(
    paid: int, price: int, span: int, data: some.DataObject
) -> None:
    at = data.draw(some.integers(-10, span + 10))
    credit, charge = prorations.share(paid, 0, span, at), prorations.share(price, 0, span, at)
    assert 0 <= credit <= paid
    assert 0 <= charge <= price
    if paid <= price:
        assert credit <= charge


@given(CENTS, SPANS)
def test_all_of_a_period_costs_all_and_none_of_it_nothing(cents: int, span: int) -> None:
    assert prorations.share(cents, 0, span, 0) == cents
    assert prorations.share(cents, 0, span, span) == 0


@given(some.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)), some.integers(1, 48))
def test_months_never_slip(anchor: datetime, count: int) -> None:
    """Month after month ends where so many months at once do, and never in another month."""
    begun = int(anchor.replace(tzinfo=UTC, microsecond=0).timestamp())
    end = begun
    for _ in range(count):
        end = period_after(end, begun, 1)
    assert end == period_after(begun, begun, count)
    ended = datetime.fromtimestamp(end, UTC)
    assert (ended.year * 12 + ended.month) - (anchor.year * 12 + anchor.month) == count
    assert ended.day <= anchor.day
    assert ended.day == anchor.day or (ended + timedelta(days=1)).month != ended.month


STEPS = some.lists(
    some.tuples(
        some.sampled_from(["pro-month", "pro-year", "max-month", "max-year"]),
        some.integers(0, 40 * 86_400),
        some.booleans(),
    ),
    max_size=5,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some.booleans(), STEPS)
def test_every_invoice_adds_up(app: Flask, time: Clock, trial: bool, steps: list[tuple[str, int, bool]]) -> None:
    time.time = NOON
    with serving() as till, Shop.at(till.url, time) as shop:
        till.app = app
        shop.ann = shop.v1.customers.create({"email": "ann@limn.example"}).id
        configuration = shop.offers("decreasing_item_amount")
        subscription = shop.subscribes(trial=7 if trial else 0)
        for wanted, seconds, canceled in steps:
            shop.passes(seconds=seconds)
            try:
                hands.change_item(subscription, shop.price(*wanted.split("-")), time.now(), configuration)
            except TillError as error:
                assert "unchanged" in str(error)  # noqa: PT017 that one may happen
            if canceled:
                hands.cancel(subscription, time.now())
                hands.keep(subscription, time.now())
        shop.passes(days=40)
        _add_up(shop, subscription)


def _add_up(shop: Shop, subscription: str) -> None:
    balance = 0
    for invoice in shop.invoices(subscription):
        amounts = [line["amount"] for line in invoice["lines"]["data"]]
        assert invoice["total"] == invoice["subtotal"] == sum(amounts)
        if invoice["status"] == "draft":
            continue
        assert invoice["status"] == "paid"
        assert invoice["starting_balance"] == balance <= 0
        balance = invoice["ending_balance"]
        assert invoice["amount_due"] - balance == invoice["total"] - invoice["starting_balance"]
        assert invoice["amount_paid"] == invoice["amount_due"] >= 0
        assert invoice["amount_remaining"] == 0
        _credits_no_more_than_was_charged(shop, invoice)
    assert shop.v1.customers.retrieve(shop.ann).balance == balance


def _credits_no_more_than_was_charged(shop: Shop, invoice: dict[str, object]) -> None:
    for line in shop.v1.invoices.retrieve(invoice["id"]).to_dict()["lines"]["data"]:
        if line["amount"] < 0:
            credited = line["parent"]["subscription_item_details"]["proration_details"]["credited_items"]
            lines = shop.v1.invoices.retrieve(credited["invoice"]).to_dict()["lines"]["data"]
            (charged,) = [one for one in lines if one["id"] in credited["invoice_line_items"]]
            assert -line["amount"] <= charged["amount"]
            assert charged["period"]["start"] <= line["period"]["start"] < line["period"]["end"]
            assert line["period"]["end"] == charged["period"]["end"]
