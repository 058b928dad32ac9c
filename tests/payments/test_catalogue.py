"""Stripe's catalogue held to ours: made once, mended when it differs, let alone when it does not."""

from dataclasses import replace

import pytest
from flask import Flask

from app.billing.plans import ITEMS, PACKS
from app.payments import catalogue
from app.payments.gateway import API_VERSION
from app.refusals import Refusal
from tests.conftest import Clock, MakeApp
from tests.payments.recorder import Asked, Recorder, fails
from tests.payments.shop import KEYS
from tests.payments.stripe_shapes import price_of, unfolded

PRO = ITEMS["pro-month"]


@pytest.fixture
def bare(shop: Flask, recorder: Recorder) -> Recorder:
    """An account at Stripe with nothing in it."""
    recorder.prices.clear()
    return recorder


def posted_to(recorder: Recorder, path: str) -> list[Asked]:
    return [one for one in recorder.to(path) if one.method == "POST"]


def sync(*args: str, app: Flask) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=["billing", "sync", *args])
    return done.exit_code, done.output


def test_an_empty_account_gets_a_product_for_each_plan_and_pack(bare: Recorder) -> None:
    catalogue.sync()
    made = {one.fields["id"]: one.fields for one in posted_to(bare, "/v1/products")}
    assert set(made) == {"limn-pro", "limn-max", *(f"limn-{pack}" for pack in PACKS)}
    assert made["limn-pro"] == {
        "id": "limn-pro",
        "name": "Pro",
        "description": "5,000 credits a month",
        "active": "true",
        "metadata[limn]": "pro",
    }


def test_and_a_price_for_each_item_found_by_its_lookup_key(bare: Recorder) -> None:
    catalogue.sync()
    made = {one.fields["lookup_key"]: one.fields for one in posted_to(bare, "/v1/prices")}
    assert {key: int(price["unit_amount"]) for key, price in made.items()} == {
        "limn-pro-month": 1499,
        "limn-pro-year": 14999,
        "limn-max-month": 2999,
        "limn-max-year": 28999,
        "limn-pack-10": 500,
        "limn-pack-50": 2250,
        "limn-pack-100": 4000,
        "limn-pack-250": 8500,
        "limn-pack-500": 15000,
    }
    assert made["limn-pro-year"] == {
        "product": "limn-pro",
        "currency": "usd",
        "unit_amount": "14999",
        "lookup_key": "limn-pro-year",
        "transfer_lookup_key": "true",
        "metadata[limn]": "pro-year",
        "recurring[interval]": "year",
    }
    assert "recurring[interval]" not in made["limn-pack-10"]


def test_and_a_portal_that_changes_up_at_once_and_down_at_the_periods_end(bare: Recorder) -> None:
    catalogue.sync()
    [made] = posted_to(bare, "/v1/billing_portal/configurations")
    said = unfolded(made.fields)
    prices = {price["lookup_key"]: price["id"] for price in bare.prices.values()}
    assert said["features"] == {
        "customer_update": {"enabled": True, "allowed_updates": ["name", "address", "tax_id"]},
        "invoice_history": {"enabled": True},
        "payment_method_update": {"enabled": True},
        "subscription_cancel": {
            "enabled": True,
            "mode": "at_period_end",
            "cancellation_reason": {
                "enabled": True,
                "options": [
                    "too_expensive",
                    "missing_features",
                    "switched_service",
                    "unused",
                    "customer_service",
                    "too_complex",
                    "low_quality",
                    "other",
                ],
            },
        },
        "subscription_update": {
            "enabled": True,
            "default_allowed_updates": ["price"],
            "proration_behavior": "always_invoice",
            "trial_update_behavior": "end_trial",
            "schedule_at_period_end": {
                "conditions": [{"type": "decreasing_item_amount"}, {"type": "shortening_interval"}]
            },
            "products": [
                {"product": f"limn-{plan}", "prices": [prices[f"limn-{plan}-month"], prices[f"limn-{plan}-year"]]}
                for plan in ("pro", "max")
            ],
        },
    }
    assert said["metadata"]["limn"] == "portal"


def test_every_change_brings_a_key_of_its_own_and_the_version(bare: Recorder) -> None:
    catalogue.sync()
    keys = [one.key for one in bare.posts()]
    assert len(keys) == len(set(keys)) == 7 + 9 + 1
    assert {one.headers["stripe-version"] for one in bare.asked} == {API_VERSION}


def test_a_second_run_changes_nothing(bare: Recorder) -> None:
    assert len(catalogue.sync()) == 7 + 9 + 1
    bare.asked.clear()
    assert catalogue.sync() == []
    assert bare.posts() == []


def test_a_look_changes_nothing_and_says_what_it_would_do(bare: Recorder) -> None:
    found = catalogue.sync(check=True)
    assert "price limn-pro-month: made, 1499 cents" in found
    assert "portal: made" in found
    assert bare.posts() == []


@pytest.fixture
def cheaper_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pro was 9.99 a month, and somebody may still pay it."""
    monkeypatch.setitem(ITEMS, PRO.id, replace(PRO, former=(999,)))
    monkeypatch.setattr("app.payments.prices._BY_LOOKUP_KEY", {item.lookup_key: item for item in ITEMS.values()})


@pytest.mark.usefixtures("cheaper_once")
def test_another_price_is_sold_beside_the_old_one_which_is_bought_no_more(bare: Recorder) -> None:
    catalogue.sync()
    [old] = [price for price in bare.prices.values() if price["lookup_key"] == "limn-pro-month"]
    old["unit_amount"] = 999  # what it was before the price went up
    found = catalogue.sync()
    assert found == [
        "price limn-pro-month: made, 1499 cents",
        f"price {old['id']} of pro-month, 999 cents: no longer sold",
        "portal: its settings changed",
    ]
    assert not old["active"]
    assert bare.prices[catalogue.price_id(ITEMS[PRO.id])]["unit_amount"] == 1499
    assert catalogue.sync() == []


@pytest.mark.usefixtures("cheaper_once")
def test_an_old_price_that_was_left_by_a_crash_is_cleared_away(bare: Recorder) -> None:
    catalogue.sync()
    bare.prices["price_left"] = price_of(PRO) | {"id": "price_left", "lookup_key": None, "unit_amount": 999}
    assert catalogue.sync() == ["price price_left of pro-month, 999 cents: no longer sold"]


def test_an_old_price_that_nobody_knows_is_left_and_told_each_time(bare: Recorder) -> None:
    catalogue.sync()
    bare.prices["price_left"] = price_of(PRO) | {"id": "price_left", "lookup_key": None, "unit_amount": 999}
    for _ in range(2):
        [told] = catalogue.sync()
        assert "whoever pays it gets nothing" in told
    assert bare.prices["price_left"]["active"]


def test_prices_that_somebody_made_by_hand_are_let_be(bare: Recorder) -> None:
    catalogue.sync()
    by_hand = {"id": "price_theirs", "lookup_key": "students", "metadata": {}, "unit_amount": 700}
    bare.prices["price_theirs"] = price_of(PRO) | by_hand
    assert catalogue.sync() == []


def test_what_was_changed_by_hand_is_mended(bare: Recorder) -> None:
    catalogue.sync()
    bare.products["limn-max"]["name"] = "Maximum"
    bare.products["limn-pack-10"]["active"] = False
    bare.portals["bpc_1"]["features"]["subscription_cancel"]["mode"] = "immediately"
    assert catalogue.sync() == [
        "product limn-max: name changed",
        "product limn-pack-10: active changed",
        "portal: its settings changed",
    ]
    assert catalogue.sync() == []


def test_the_command_tells_and_its_status_says_whether_all_is_as_it_should_be(shop: Flask, bare: Recorder) -> None:
    assert sync("--check", app=shop)[0] == 1
    done = sync(app=shop)
    assert done[0] == 0
    assert done[1].endswith("17 changes\n")
    assert sync(app=shop) == (0, "0 changes\n")
    assert sync("--check", app=shop) == (0, "0 differences\n")


def test_the_command_says_in_one_line_that_stripe_refused(shop: Flask, bare: Recorder) -> None:
    bare.troubles = [fails(401, type="invalid_request_error")]
    status, said = sync(app=shop)
    assert status == 1
    assert said == "Error: The payment service refused this, and nothing was charged. Tell whoever runs this site.\n"


def test_a_price_is_found_by_its_lookup_key(shop: Flask, recorder: Recorder) -> None:
    assert catalogue.price_id(PRO) == "price_pro-month"
    [asked] = recorder.asked
    assert asked.fields == {"lookup_keys[0]": "limn-pro-month", "active": "true"}


@pytest.mark.parametrize("wrong", [{"unit_amount": 1}, {"currency": "eur"}, {"active": False}], ids=str)
def test_nothing_is_sold_at_a_price_that_is_not_ours(shop: Flask, recorder: Recorder, wrong: dict[str, object]) -> None:
    recorder.prices["price_pro-month"] |= wrong
    with pytest.raises(Refusal) as refusal:
        catalogue.price_id(PRO)
    assert refusal.value.code == "billing_unavailable"


def test_the_till_fills_its_shelf_at_the_first_purchase(app: Flask, time: Clock) -> None:
    found = {item.id: catalogue.price_id(item) for item in ITEMS.values()}
    assert len(set(found.values())) == len(ITEMS)
    assert catalogue.sync() == []


def test_and_mends_itself_when_a_price_was_changed_in_the_code(
    app: Flask, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = catalogue.price_id(PRO)
    dearer = replace(PRO, cents=1999, former=(1499,))
    monkeypatch.setitem(ITEMS, PRO.id, dearer)
    monkeypatch.setattr("app.payments.prices._BY_LOOKUP_KEY", {dearer.lookup_key: dearer})
    assert catalogue.price_id(dearer) != before


def test_stripe_itself_is_never_filled_by_a_purchase(make_app: MakeApp, bare: Recorder) -> None:
    with make_app(**KEYS, STRIPE_API_BASE=bare.url).app_context(), pytest.raises(Refusal):
        catalogue.price_id(PRO)
    assert bare.posts() == []
