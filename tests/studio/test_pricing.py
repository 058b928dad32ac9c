"""The pricing page: every figure out of the data, what each visitor may do, and what a change would do."""

import re
from datetime import timedelta
from typing import Any

import pytest

from app.billing.plans import ITEMS, PACKS
from app.credits import wallet
from app.extensions import transaction
from app.payments import preview
from app.payments.models import Trial
from app.payments.preview import Preview
from app.refusals import Refusal
from tests.bought import NOON, subscribed
from tests.cast import Actor, Cast
from tests.conftest import Clock, MakeApp

FRAGMENT = {"HX-Request": "true"}


def words(actor: Actor, path: str = "/pricing") -> str:
    """The page as one reads it."""
    answer = actor.get(path)
    assert answer.status_code == 200, answer.text
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def card(actor: Actor, plan: str) -> str:
    """A plan's part of the page."""
    page = actor.get("/pricing").text
    return page.split(f'id="plan-{plan}"', 1)[1].split("</section>", 1)[0]


class TestFigures:
    def test_they_are_those_of_the_contract(self, cast: Cast) -> None:
        page = words(cast.guest())
        for figure in ("$14.99", "$149.99", "5,000 credits a month", "$29.99", "$289.99", "12,000 credits a month"):
            assert figure in page
        assert "10 images $5 50¢ an image" in page
        assert "500 images $150 30¢ an image" in page
        assert "save 17 to 19%" in page
        assert "100 credits a month" in page
        assert "40 more on every day you return" in page

    def test_what_a_picture_costs_on_each_plan(self, cast: Cast) -> None:
        page = words(cast.guest())
        assert "250 pictures a month · 6¢ each" in page
        assert "250 pictures a month · 5¢ each $12.50 a month, 17% saved" in page
        assert "600 pictures a month · 4¢ each $24.17 a month, 19% saved" in page

    def test_the_year_can_be_chosen_by_the_address(self, cast: Cast) -> None:
        chosen = re.compile(r'value="(\w+)" form="calculator-form" checked')
        assert chosen.findall(cast.guest().get("/pricing").text) == ["month"]
        assert chosen.findall(cast.guest().get("/pricing?interval=year").text) == ["year"]


class TestCalculator:
    @pytest.mark.parametrize(
        ("query", "answer"),
        [
            ("pictures=5", "Free: $0 5 pictures take 100 credits."),
            ("pictures=20", "2 packs of 10: $10 a month 20 pictures take 400 credits."),
            ("pictures=20&quality=ultra", "Pro: $14.99 a month 20 pictures take 1,000 credits."),
            ("pictures=700", "Max with a pack of 100: $69.99 a month 700 pictures take 14,000 credits."),
            ("pictures=0", "Free: $0 1 picture takes 20 credits."),
            ("pictures=many&quality=odd", "Pro: $14.99 a month 50 pictures take 1,000 credits."),
        ],
    )
    def test_it_answers_without_scripts(self, cast: Cast, query: str, answer: str) -> None:
        assert answer in words(cast.guest(), f"/pricing?{query}")

    def test_for_htmx_it_is_the_answer_alone(self, cast: Cast) -> None:
        answer = cast.guest().get("/pricing?pictures=300", headers=FRAGMENT)
        assert answer.text.lstrip().startswith('<p class="reckoned-best">Max: $29.99')
        assert "<html" not in answer.text

    def test_it_tells_how_often_to_come_back_on_free(self, cast: Cast) -> None:
        assert "coming back on 23 days" in words(cast.guest(), "/pricing?pictures=50")
        assert "coming back" not in words(cast.guest(), "/pricing?pictures=500")


class TestWays:
    def test_a_guest_makes_an_account_and_comes_back(self, cast: Cast) -> None:
        assert 'href="/register?next=/pricing%3Finterval%3Dyear">Try 7 days free</a>' in card(cast.guest(), "pro")
        assert "<form" not in card(cast.guest(), "max")

    def test_somebody_on_free_tries_or_buys(self, cast: Cast) -> None:
        assert "You are here" in card(cast.ann, "free")
        pro, most = card(cast.ann, "pro"), card(cast.ann, "max")
        assert pro.count('action="/checkout"') == 2
        assert "Try 7 days free" in pro
        assert "Then $14.99 a month. Cancel before, and nothing is charged." in pro
        assert "Choose Max" in most
        assert "days free" not in most

    def test_who_had_a_trial_gets_no_other(self, cast: Cast) -> None:
        with transaction() as tx:
            tx.add(Trial(person_id=cast.ann.id, subscription_id="sub_1", started_at=NOON))
        assert "days free" not in card(cast.ann, "pro")
        assert "Choose Pro" in card(cast.ann, "pro")

    def test_a_subscriber_sees_where_they_are_and_what_to_change_to(self, cast: Cast) -> None:
        subscribed(cast.ann)
        pro = card(cast.ann, "pro")
        assert pro.count("You are here") == 1
        assert "Pay by the year" in pro
        assert "/pricing/change?plan=max&amp;interval=year" in card(cast.ann, "max")
        assert "Go back to Free" in card(cast.ann, "free")

    def test_what_was_canceled_can_be_kept(self, cast: Cast) -> None:
        subscribed(cast.ann, ends_at=NOON + timedelta(days=30))
        assert 'href="/account/billing">Keep it</a>' in card(cast.ann, "pro")

    def test_a_plan_that_was_given_is_marked_too(self, cast: Cast) -> None:
        assert "You are here" in card(cast.pia, "pro")
        assert "Choose Max" in card(cast.pia, "max")

    @pytest.mark.parametrize("status", ["past_due", "unpaid"])
    def test_whose_payment_failed_is_sent_to_mend_it(self, cast: Cast, status: str) -> None:
        subscribed(cast.ann, status=status)
        assert "Mend the payment" in card(cast.ann, "pro")

    def test_beside_the_test_checkout_it_says_that_no_money_moves(self, cast: Cast) -> None:
        assert "no money moves here" in words(cast.guest())

    def test_where_nothing_is_for_sale_it_says_so(self, make_app: MakeApp) -> None:
        app = make_app(ENVIRONMENT="production", PUBLIC_URL="https://limn.example")
        page = Cast(app).guest().get("/pricing").text
        assert "Nothing is for sale here" in page
        assert "/checkout" not in page
        assert "Try 7 days free" not in page


class TestChange:
    def test_an_upgrade_tells_what_is_due_and_what_counts_towards_it(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        subscribed(cast.ann)
        found = Preview(ITEMS["max-month"], at_once=True, starts_at=NOON, due_now=1_500, charged=2_999, credited=1_499)
        monkeypatch.setattr(preview, "change", lambda *_: found)
        page = words(cast.ann, "/pricing/change?plan=max&interval=month")
        assert "Max, a month $29.99 What is left of your plan −$14.99 Due now $15" in page
        assert "It begins at once" in page

    def test_a_downgrade_tells_from_when(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        subscribed(cast.ann, item="max-month")
        at = NOON + timedelta(days=30)
        found = Preview(ITEMS["pro-month"], at_once=False, starts_at=at, due_now=0)
        monkeypatch.setattr(preview, "change", lambda *_: found)
        page = words(cast.ann, "/pricing/change?plan=pro&interval=month")
        assert "Nothing is due now. Your plan goes on as it is until 20 December 2026" in page
        assert "Go on to confirm" in page

    def test_for_htmx_it_stands_beneath_the_plans(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        subscribed(cast.ann)
        found = Preview(ITEMS["max-month"], at_once=True, starts_at=NOON, due_now=1_500)
        monkeypatch.setattr(preview, "change", lambda *_: found)
        answer = cast.ann.get("/pricing/change?plan=max&interval=month", headers=FRAGMENT)
        assert "<html" not in answer.text
        assert 'action="/checkout"' in answer.text

    def test_a_trial_that_would_end_is_told(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        subscribed(cast.ann, status="trialing", trial_end=NOON + timedelta(days=7))
        found = Preview(ITEMS["max-month"], at_once=True, starts_at=NOON, due_now=2_999, charged=2_999)
        monkeypatch.setattr(preview, "change", lambda *_: found)
        assert "Your trial ends with it." in words(cast.ann, "/pricing/change?plan=max&interval=month")

    def test_a_first_plan_is_shown_before_it_is_paid(self, cast: Cast) -> None:
        page = words(cast.ann, "/pricing/change?plan=pro&interval=month")
        assert "Free until 27 November 2026 , with all 5,000 credits." in page

    def test_what_stands_in_the_way_is_said(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object) -> Preview:
            raise Refusal("conflict", "A payment is missing. Mend your card first.")

        monkeypatch.setattr(preview, "change", refuse)
        answer = cast.ann.get("/pricing/change?plan=max&interval=month", headers=FRAGMENT)
        assert answer.status_code == 409
        assert "Mend your card first." in answer.text

    @pytest.mark.parametrize("query", ["", "plan=free&interval=month", "plan=pro&interval=week", "plan=pro&pack=10"])
    def test_what_is_no_plan_is_refused(self, cast: Cast, query: str) -> None:
        assert cast.ann.get(f"/pricing/change?{query}").status_code == 400

    def test_a_guest_signs_in_first(self, cast: Cast) -> None:
        answer = cast.guest().get("/pricing/change?plan=max&interval=year")
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/login?next=/pricing/change")


class TestLinks:
    def test_it_is_in_the_header_and_the_footer(self, cast: Cast) -> None:
        assert cast.guest().get("/generate").text.count('href="/pricing"') >= 2

    def test_whoever_has_too_few_credits_is_led_there(self, cast: Cast) -> None:
        cast.ann.starts(quality="ultra")
        cast.ann.starts(quality="ultra")
        refused = cast.ann.post(
            "/generate",
            data={"prompt": "a red fox", "csrf_token": cast.ann._token()},
            headers=FRAGMENT,
        )
        assert refused.status_code == 402
        assert 'href="/pricing"' in refused.text

    def test_packs_are_sold_by_their_names(self, cast: Cast) -> None:
        page = cast.ann.get("/pricing").text
        assert re.findall(r'name="pack" value="([\w-]+)"', page) == list(PACKS)


class TestLowBalance:
    def test_enough_needs_no_word(self, cast: Cast) -> None:
        assert "Get more</a>" not in cast.ann.get("/generate").text
        assert "Get more</a>" not in cast.guest().get("/generate").text

    def test_few_are_counted_with_what_comes_next(self, cast: Cast) -> None:
        cast.ann.starts(quality="ultra")
        cast.ann.starts(quality="high")
        assert "20 credits left. 40 more on 21 November , if you come back then ." in words(cast.ann, "/generate")
        assert "You have 20 credits. 40 more on 21 November" in words(cast.ann, "/tools/rotate")

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({}, "9 credits left. 5,000 more on 20 December. Get more"),
            ({"item": "max-year", "next_grant_at": NOON + timedelta(days=5)}, "12,000 more on 25 November"),
            ({"item": "max-month", "next_item": "pro-month"}, "5,000 more on 20 December"),
            ({"ends_at": NOON + timedelta(days=30)}, "9 credits left. Get more"),
        ],
    )
    def test_a_plans_next_credits_come_with_its_invoice(self, cast: Cast, given: dict[str, Any], said: str) -> None:
        subscribed(cast.ann, **given)
        with transaction() as tx:
            wallet.hold(tx, cast.ann.id, "elsewhere", cast.ann.credits - 9, "other pictures", NOON)
        assert said in words(cast.ann, "/generate")

    def test_the_last_day_of_a_month_brings_more(self, cast: Cast, time: Clock) -> None:
        cast.ann.starts(quality="ultra")
        cast.ann.starts(quality="ultra")
        time.forward(days=10)
        cast.ann.starts(quality="high")
        assert "10 credits left. 140 more on 1 December" in words(cast.ann, "/generate")
