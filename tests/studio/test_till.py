"""The test checkout's pages: no money moves, every page says so, and where real money could move there are none."""

import re
from datetime import timedelta

import pytest

from app import clock
from app.accounts import people
from app.payments.gateway import stripe
from app.till import showing
from app.till.store import reading
from tests.cast import Actor, Answer, Cast, Person
from tests.conftest import Clock, MakeApp

PLAYED = "No money moves, no card is asked for."
KEY = {"STRIPE_SECRET_KEY": "sk_test_shop", "STRIPE_WEBHOOK_SECRET": "whsec_shop"}
PRODUCTION = {"ENVIRONMENT": "production", "PUBLIC_URL": "https://limn.example"}


def where(answer: Answer) -> str:
    """The path it leads to."""
    assert answer.status_code in (302, 303), answer.text
    return re.sub(r"^https?://[^/]+", "", answer.headers["Location"])


def opens(person: Person, **wanted: str) -> str:
    """The page where they pay."""
    return where(person.press("/checkout", **(wanted or {"plan": "pro", "interval": "month"})))


def buys(person: Person, card: str = "works", **wanted: str) -> None:
    place = opens(person, **wanted)
    assert where(person.press(place, card=card)).startswith("/checkout/done?session_id=cs_test_")


def portal(person: Person) -> str:
    return where(person.press("/portal"))


def latest(kind: str) -> str:
    return str(reading(clock.now()).all(kind)[0]["id"])


def price(item: str) -> str:
    return str(stripe().v1.prices.list({"lookup_keys": [f"limn-{item}"]}).data[0].id)


@pytest.fixture
def moving(cast: Cast, time: Clock, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """The clock stands still, and the desk may move it."""
    monkeypatch.setattr(clock, "move_on", lambda step: time.forward(seconds=step.total_seconds()))
    return cast


def test_the_page_says_what_it_costs_and_that_it_is_play(cast: Cast) -> None:
    page = cast.ann.get(opens(cast.ann)).text
    assert PLAYED in page
    assert "Free for 7 days, then $14.99 a month until you cancel." in page
    assert "Start the trial" in page
    assert "bank debit" not in page


def test_a_pack_is_paid_once_and_may_come_from_a_bank(cast: Cast) -> None:
    page = cast.ann.get(opens(cast.ann, pack="pack-10")).text
    assert "Paid once." in page
    assert "A bank debit that takes two days" in page
    assert '<a href="http://localhost/pricing">Back, without paying</a>' in page


def test_paying_brings_the_plan(cast: Cast) -> None:
    buys(cast.ann)
    assert cast.ann.get("/api/me").json["plan"] == "pro"
    assert cast.ann.credits == 5_100


def test_a_declined_card_is_told_and_costs_nothing(cast: Cast) -> None:
    place = opens(cast.ann)
    answer = cast.ann.press(place, card="declined")
    assert answer.status_code == 402
    assert "Nothing was charged; choose another one." in answer.text
    assert cast.ann.get("/api/me").json["plan"] == "free"
    assert where(cast.ann.press(place, card="works")).startswith("/checkout/done")


def test_a_second_press_finds_it_paid(cast: Cast) -> None:
    place = opens(cast.ann, pack="pack-10")
    first, again = cast.ann.press(place, card="works"), cast.ann.press(place, card="works")
    assert where(first) == where(again)
    assert cast.ann.credits == 300
    assert "This is paid" in cast.ann.get(place).text


def test_a_card_has_to_be_chosen(cast: Cast) -> None:
    answer = cast.ann.press(opens(cast.ann), card="gold")
    assert answer.status_code == 400
    assert "Choose a card first. Nothing was charged." in answer.text


def test_a_checkout_that_closed_says_so(cast: Cast) -> None:
    place = opens(cast.ann)
    stripe().v1.checkout.sessions.expire(place.rsplit("/", 1)[1])
    assert "This checkout is closed" in cast.ann.get(place).text


def test_the_portal_shows_the_plan_and_what_it_can_become(cast: Cast) -> None:
    buys(cast.ann)
    page = cast.ann.get(portal(cast.ann)).text
    assert PLAYED in page
    assert "free until" in page
    assert "Change to Max, a year" in page
    assert "A card that works, ends in 4242" in page
    assert cast.ann.get(f"/test-checkout/invoices/{latest('invoice')}").status_code == 200


def test_whoever_has_no_plan_has_none_to_cancel(cast: Cast) -> None:
    buys(cast.ann, pack="pack-10")
    place = portal(cast.ann)
    assert "You have no plan just now." in cast.ann.get(place).text
    assert cast.ann.press(f"{place}/cancellation").status_code == 409
    assert cast.ann.get(f"{place}/change?price={price('pro-month')}").status_code == 409


def test_canceling_and_keeping(cast: Cast) -> None:
    buys(cast.ann)
    place = portal(cast.ann)
    cast.ann.press(f"{place}/cancellation")
    assert "ends on" in cast.ann.get(place).text
    assert "Keep Pro" in cast.ann.get(place).text
    cast.ann.press(f"{place}/keeping")
    assert "Cancel Pro" in cast.ann.get(place).text


def test_a_dearer_plan_shows_its_price_and_begins_at_once(cast: Cast) -> None:
    buys(cast.ann, plan="max", interval="month")
    place = portal(cast.ann)
    wanted = price("max-year")
    page = cast.ann.get(f"{place}/change?price={wanted}").text
    assert "Unused time on Max" in page
    assert "−$29.99" in page
    assert "$260.00" in page  # 289.99 less the month
    cast.ann.press(f"{place}/change", price=wanted)
    assert "$289.99 a year" in cast.ann.get(place).text


def test_a_cheaper_plan_waits(cast: Cast) -> None:
    buys(cast.ann, plan="max", interval="month")
    place = portal(cast.ann)
    assert "You keep Max until" in cast.ann.get(f"{place}/change?price={price('pro-month')}").text
    cast.ann.press(f"{place}/change", price=price("pro-month"))
    assert "changes to Pro by the month on" in cast.ann.get(place).text


def test_the_link_to_a_change_leads_straight_to_it(cast: Cast) -> None:
    buys(cast.ann)
    place = opens(cast.ann, plan="max", interval="month")
    confirm = where(cast.ann.get(place))
    assert "/change?price=" in confirm
    wanted = confirm.split("price=", 1)[1]
    assert where(cast.ann.press(confirm.split("?")[0], price=wanted)) == "/account/billing"
    assert cast.ann.get("/api/me").json["plan"] == "max"


def test_a_change_whose_card_is_declined_is_none(cast: Cast) -> None:
    buys(cast.ann)
    place = portal(cast.ann)
    assert cast.ann.press(f"{place}/card", card="declined").status_code == 303
    answer = cast.ann.press(f"{place}/change", price=price("max-month"))
    assert answer.status_code == 402
    assert "Nothing was charged" in answer.text
    assert cast.ann.get("/api/me").json["plan"] == "pro"


def test_a_price_that_is_not_offered_is_refused(cast: Cast) -> None:
    buys(cast.ann)
    place = portal(cast.ann)
    assert cast.ann.get(f"{place}/change?price={price('pack-10')}").status_code == 409
    assert cast.ann.press(f"{place}/change", price=price("pro-month")).status_code == 409


def test_an_open_invoice_is_paid_on_its_page(moving: Cast) -> None:
    buys(moving.ann, card="fails-later", plan="max", interval="month")
    for _ in range(2):
        moving.ann.press("/test-checkout/clock", step="next")
    place = f"/test-checkout/invoices/{latest('invoice')}"
    assert "to be paid" in moving.ann.get(place).text
    assert f'href="{place}">Pay invoice' in moving.ann.get(portal(moving.ann)).text
    assert moving.ann.press(place, card="declined").status_code == 402
    assert where(moving.ann.press(place, card="works")) == place
    assert "Pay with" not in moving.ann.get(place).text


def test_an_invoice_can_be_had_as_a_file(cast: Cast) -> None:
    buys(cast.ann, pack="pack-10")
    answer = cast.ann.get(f"/test-checkout/invoices/{latest('invoice')}/pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-1.4")
    assert b"Total $5.00, paid" in answer.data


def test_a_receipt_shows_what_was_given_back(cast: Cast) -> None:
    buys(cast.ann, pack="pack-10")
    intent = latest("payment_intent")
    cast.ann.press("/test-checkout/refunds", payment_intent=intent, dollars="1.25")
    page = cast.ann.get(f"/test-checkout/receipts/{latest('charge')}").text
    assert "−$1.25" in page
    assert "$3.75" in page
    assert cast.ann.credits == 250  # 200 bought, a quarter of them taken back


def test_the_desk_shows_payments_events_and_what_comes(cast: Cast) -> None:
    buys(cast.ann)
    page = cast.ann.get("/test-checkout").text
    assert PLAYED in page
    assert "The end of the trial is announced" in page
    assert "checkout.session.completed" in page
    assert "ann@limn.example, in its trial" in page


def test_the_clock_goes_from_thing_to_thing(moving: Cast) -> None:
    buys(moving.ann)
    begun = clock.now()
    for days, hours in ((4, 0), (7, 0), (7, 1)):
        moving.ann.press("/test-checkout/clock", step="next")
        assert clock.now() - begun == timedelta(days=days, hours=hours)
    assert "$14.99" in moving.ann.get("/account/billing").text


def test_a_month_on_everything_has_happened_and_they_are_still_signed_in(moving: Cast) -> None:
    buys(moving.ann)
    for _ in range(3):
        assert where(moving.ann.press("/test-checkout/clock", step="month")) == "/test-checkout"
    me = moving.ann.get("/api/me").json
    assert me["plan"] == "pro"
    assert len(reading(clock.now()).all("invoice")) == 4


def test_the_clock_only_takes_steps_it_knows(moving: Cast) -> None:
    before = clock.now()
    moving.ann.press("/test-checkout/clock", step="century")
    assert clock.now() == before
    moving.ann.press("/test-checkout/clock", step="next")
    assert "Nothing is due." in moving.ann.get("/test-checkout").text


def test_a_dispute_takes_the_credits_and_brings_them_back_when_won(cast: Cast) -> None:
    buys(cast.ann, pack="pack-10")
    assert cast.ann.credits == 300
    cast.ann.press("/test-checkout/disputes", payment_intent=latest("payment_intent"))
    assert cast.ann.credits == 100
    cast.ann.press(f"/test-checkout/disputes/{latest('dispute')}/closing", outcome="won")
    assert cast.ann.credits == 300
    assert "dispute won" in cast.ann.get("/test-checkout").text


def test_collection_can_be_paused_and_resumed(cast: Cast) -> None:
    buys(cast.ann)
    place = f"/test-checkout/subscriptions/{latest('subscription')}"
    cast.ann.press(f"{place}/pause")
    assert "collection is paused" in cast.ann.get("/test-checkout").text
    cast.ann.press(f"{place}/resumption")
    assert "Pause collection" in cast.ann.get("/test-checkout").text


@pytest.mark.parametrize(("dollars", "status"), [("plenty", 400), ("6", 409), ("-1", 409), ("inf", 400)])
def test_a_refund_has_to_be_an_amount_there_is(cast: Cast, dollars: str, status: int) -> None:
    buys(cast.ann, pack="pack-10")
    sent = {"payment_intent": latest("payment_intent"), "dollars": dollars}
    assert cast.ann.press("/test-checkout/refunds", **sent).status_code == status
    assert cast.ann.credits == 300


def test_what_becomes_of_a_plan_that_is_not_paid_is_a_setting(cast: Cast) -> None:
    cast.ann.press("/test-checkout/last-attempt", outcome="unpaid")
    assert showing.after_last_attempt(clock.now()) == "unpaid"
    assert cast.ann.press("/test-checkout/last-attempt", outcome="forgiven").status_code == 409


@pytest.mark.parametrize("place", ["pay/cs_none", "portal/bps_none", "invoices/in_none", "receipts/ch_none"])
def test_what_is_not_there_is_not_found(cast: Cast, place: str) -> None:
    assert cast.guest().get(f"/test-checkout/{place}").status_code == 404


@pytest.mark.parametrize("settings", [KEY, PRODUCTION], ids=["with Stripe's key", "in production"])
@pytest.mark.parametrize("place", ["", "/pay/cs_1", "/portal/bps_1", "/invoices/in_1", "/receipts/ch_1"])
def test_where_money_moves_there_is_no_test_checkout(
    make_app: MakeApp, settings: dict[str, object], place: str
) -> None:
    app = make_app(**settings)
    guest = Actor(app)
    assert guest.get(f"/test-checkout{place}").status_code == 404
    with app.app_context():
        people.register("ann@limn.example", "correct horse battery", clock.now())
    assert guest.post("/test-checkout/clock", data={"step": "day"}).status_code in (400, 404)


def test_the_portal_sells_what_the_shop_sells(cast: Cast) -> None:
    buys(cast.ann)
    offers = showing.at_portal(portal(cast.ann).rsplit("/", 1)[1], clock.now()).offers
    assert sorted(one["lookup_key"] for _, one in offers) == ["limn-max-month", "limn-max-year", "limn-pro-year"]
