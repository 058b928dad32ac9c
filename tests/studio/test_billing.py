"""Billing as people see it: the plan and how it goes on, packs, receipts; and nobody else's."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from app.accounts.models import Person as PersonRow
from app.credits import wallet
from app.credits.ledger import Grant
from app.extensions import transaction
from tests.bought import NOON, paid, subscribed
from tests.cast import Cast, Person

BILLING = "/account/billing"


def words(person: Person, path: str = BILLING) -> str:
    answer = person.get(path)
    assert answer.status_code == 200, answer.text
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text.split("<main", 1)[1]).split())


class TestPlan:
    def test_on_free_there_is_nothing_yet_and_a_way_to_more(self, cast: Cast) -> None:
        page = words(cast.ann)
        assert "You are on Free." in page
        assert "Nothing yet. What you pay for will stand here" in page
        assert 'action="/portal"' not in cast.ann.get(BILLING).text

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({}, "Pro, a month. It renews on 20 December 2026 for $14.99."),
            ({"item": "max-year"}, "Max, a year. It renews on 20 December 2026 for $289.99."),
            (
                {"status": "trialing", "trial_end": NOON + timedelta(days=7)},
                "Pro, free until 27 November 2026 ; then it goes on for $14.99 a month.",
            ),
            (
                {"ends_at": NOON + timedelta(days=30)},
                "Pro, a month: canceled. It stays until 20 December 2026 , and nothing more is charged.",
            ),
            (
                {"item": "max-month", "next_item": "pro-month"},
                "Max, a month, until 20 December 2026 ; from then on Pro, a month for $14.99.",
            ),
            ({"status": "paused"}, "Pro, a month: paused."),
        ],
    )
    def test_it_tells_how_it_goes_on(self, cast: Cast, given: dict[str, Any], said: str) -> None:
        subscribed(cast.ann, **given)
        assert said.replace(" ", "") in words(cast.ann).replace(" ", "")

    def test_what_was_canceled_can_be_kept(self, cast: Cast) -> None:
        subscribed(cast.ann, ends_at=NOON + timedelta(days=30))
        subscribed(cast.ben)
        assert "Keep the plan Card and invoices" in words(cast.ann)
        assert "Keep the plan" not in words(cast.ben)

    def test_a_payment_that_failed_is_told_first_with_what_to_do(self, cast: Cast) -> None:
        subscribed(cast.ann, status="past_due", past_due_since=NOON)
        page = words(cast.ann)
        assert "Your last payment did not go through." in page
        assert "Pro stays until 20 December 2026" in page
        form = cast.ann.get(BILLING).text.split('class="mend"', 1)[1].split("</form>", 1)[0]
        assert 'action="/portal"' in form
        assert 'value="payment_method_update"' in form

    def test_what_was_given_costs_nothing(self, cast: Cast) -> None:
        assert "You are on Pro, and pay nothing for it." in words(cast.pia)

    def test_what_ended_long_ago_is_no_plan(self, cast: Cast) -> None:
        subscribed(cast.ann, status="canceled")
        assert "You are on Free." in words(cast.ann)

    def test_what_was_paid_stays_after_the_subscription_is_gone(self, cast: Cast) -> None:
        until = NOON + timedelta(days=3)
        with transaction() as tx:
            rows = update(PersonRow).where(PersonRow.id == cast.ann.id)
            tx.execute(rows.values(plan="pro", plan_until=until))
        assert "Pro stays until 23 November 2026" in words(cast.ann)

    def test_packs_are_listed_with_what_is_left(self, cast: Cast) -> None:
        with transaction() as tx:
            wallet.grant(tx, cast.ann.id, Grant("pack", 200, "pack:cs_1", "10 images", None, "cs_1"), NOON)
        page = words(cast.ann)
        assert "Pack of 200 credits never expires 200 left" in page
        assert "No watermark" in page


class TestReceipts:
    def test_each_payment_stands_there_newest_first(self, cast: Cast) -> None:
        paid(cast.ann)
        paid(cast.ann, number="LIMN-0002", what="10 images", amount=500, paid_at=NOON + timedelta(days=1))
        page = words(cast.ann)
        assert page.index("10 images") < page.index("Pro, a month 20 November 2026")
        assert "$5" in page
        assert 'href="https://invoice.stripe.com/i/1"' in cast.ann.get(BILLING).text

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({"refunded": 1_499}, "$14.99 refunded"),
            ({"refunded": 499}, "$14.99 $4.99 refunded"),
            ({"disputed": 1_499}, "$14.99 disputed"),
        ],
    )
    def test_what_went_back_is_said(self, cast: Cast, given: dict[str, Any], said: str) -> None:
        paid(cast.ann, **given)
        assert said in words(cast.ann)

    def test_one_can_be_printed(self, cast: Cast) -> None:
        number = paid(cast.ann, amount=1_784, tax=285, refunded=500)
        page = words(cast.ann, f"{BILLING}/receipts/{number}")
        assert "Paid 20 November 2026 Invoice LIMN-0001 By ann@limn.example To limn, http://localhost" in page
        assert "Pro, a month $14.99 Tax $2.85 Total $17.84 USD Refunded −$5" in page

    def test_it_is_nobody_elses(self, cast: Cast) -> None:
        number = paid(cast.ann, what="A secret plan")
        assert cast.ben.get(f"{BILLING}/receipts/{number}").status_code == 404
        assert cast.ben.get(f"{BILLING}/receipts/999").status_code == 404
        assert cast.guest().get(f"{BILLING}/receipts/{number}").status_code == 302
        assert "secret" not in words(cast.ben)
        assert cast.ann.program(scopes=["generate"]).get(f"{BILLING}/receipts/{number}").status_code == 403

    def test_a_number_beyond_all_numbers_is_not_there(self, cast: Cast) -> None:
        assert cast.ann.get(f"{BILLING}/receipts/{10**30}").status_code == 404

    def test_pages_of_many_cover_each_once(self, cast: Cast) -> None:
        for number in range(45):
            paid(cast.ann, number=f"N{number:02}", paid_at=NOON + timedelta(days=number // 3))
        found, path = [], BILLING
        while path:
            text = cast.ann.get(path).text
            found += re.findall(r"· (N\d\d)", text)
            older = re.search(r'href="([^"]*\?before=\d+)"', text)
            path = older[1] if older else ""
        assert len(found) == len(set(found)) == 45
        assert found == sorted(found, reverse=True)

    def test_a_page_of_somebody_elses_payments_is_empty(self, cast: Cast) -> None:
        theirs = paid(cast.ben)
        paid(cast.ann)
        assert "Nothing yet" in words(cast.ann, f"{BILLING}?before={theirs}")
