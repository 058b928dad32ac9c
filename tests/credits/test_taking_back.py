"""Credits go with the money that paid for them, spent or not; and what is owed is paid out of what comes in."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts import people
from app.credits import statement, wallet
from app.credits.ledger import Grant
from app.credits.models import Line, Lot, Wallet
from app.credits.reconcile import discrepancies
from app.credits.wallet import TakenWith
from app.extensions import db, transaction
from app.refusals import Refusal

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MONTH_END = NOW + timedelta(days=30)
LATER = NOW + timedelta(days=31)
ALL, HALF, NONE = Fraction(1), Fraction(1, 2), Fraction(0)


@pytest.fixture
def ann(any_app: Flask) -> int:
    return people.register("ann@limn.example", "correct horse", NOW).id


def buy(person: int, amount: int, source: str = "cs_1", ends: datetime | None = None, now: datetime = NOW) -> None:
    kind = "plan" if ends else "pack"
    with transaction() as tx:
        assert wallet.grant(tx, person, Grant(kind, amount, source, "Bought", ends, source), now)


def spend(person: int, amount: int, job: str = "j") -> None:
    with transaction() as tx:
        wallet.hold(tx, person, job, amount, "a picture", NOW)
        wallet.capture(tx, job, NOW)


def take(person: int, share: Fraction, source: str = "cs_1", now: datetime = NOW, kind: TakenWith = "refund") -> int:
    with transaction() as tx:
        return wallet.take_back(tx, person, source, kind, share, "Refund", now)


def balance(person: int, now: datetime = NOW) -> int:
    """As a page tells it; it has to add up wherever it is asked."""
    assert discrepancies() == []
    return statement.balance(person, now)


def has_pack(person: int) -> bool:
    return statement.summary(person, NOW).has_pack


def debt(person: int) -> int:
    return db.session.scalar(select(Wallet.debt).where(Wallet.person_id == person)) or 0


def test_what_was_not_spent_is_taken_out_of_what_was_bought(ann: int) -> None:
    buy(ann, 1000)
    assert take(ann, ALL) == 1000
    assert balance(ann) == 0
    line = db.session.scalars(select(Line).order_by(Line.id.desc())).first()
    assert line is not None
    assert (line.kind, line.amount, line.balance, line.what) == ("refund", -1000, 0, "Refund")


def test_what_was_spent_is_owed(ann: int) -> None:
    buy(ann, 1000)
    spend(ann, 300)
    assert take(ann, ALL) == 1000
    assert balance(ann) == -300
    assert debt(ann) == 300


def test_what_was_spent_is_taken_out_of_other_credits_first(ann: int) -> None:
    buy(ann, 1000)
    spend(ann, 300)
    buy(ann, 200, "cs_2")
    take(ann, ALL)
    assert balance(ann) == -100
    assert [lot.remaining for lot in db.session.scalars(select(Lot))] == [0, 0]


def test_taken_once_it_is_not_taken_again(ann: int) -> None:
    buy(ann, 1000)
    assert [take(ann, HALF), take(ann, HALF), take(ann, ALL), take(ann, ALL)] == [500, 0, 500, 0]
    assert balance(ann) == 0


def test_what_another_payment_bought_is_left_alone(ann: int) -> None:
    buy(ann, 1000)
    buy(ann, 200, "cs_2")
    take(ann, ALL, "cs_2")
    assert balance(ann) == 1000
    assert take(ann, ALL, "cs_unknown") == 0


def test_all_months_of_a_year_go_with_its_money(ann: int) -> None:
    buy(ann, 100, "in_1", MONTH_END)
    with transaction() as tx:
        wallet.grant(tx, ann, Grant("plan", 100, "the next month", "Bought", LATER, "in_1"), NOW)
    assert take(ann, HALF, "in_1") == 100
    assert balance(ann) == 100


def test_a_dispute_that_is_won_gives_back(ann: int) -> None:
    buy(ann, 1000)
    spend(ann, 300)
    take(ann, ALL, kind="dispute")
    assert take(ann, NONE, kind="dispute") == -1000
    assert balance(ann) == 700
    assert debt(ann) == 0


def test_given_back_a_month_ends_when_it_would_have(ann: int) -> None:
    buy(ann, 1000, "in_1", MONTH_END)
    take(ann, ALL, "in_1")
    take(ann, NONE, "in_1")
    assert balance(ann) == 1000
    assert balance(ann, LATER) == 0


def test_given_back_too_late_a_month_lapses(ann: int) -> None:
    buy(ann, 1000, "in_1", MONTH_END)
    take(ann, ALL, "in_1")
    assert take(ann, NONE, "in_1", LATER) == -1000
    assert balance(ann, LATER) == 0
    assert take(ann, NONE, "in_1", LATER) == 0


def test_what_came_out_of_a_pack_does_not_end_with_the_month_it_was_taken_for(ann: int) -> None:
    buy(ann, 1000, "in_1", MONTH_END)
    spend(ann, 600)
    take(ann, ALL, "in_1")
    buy(ann, 1000, "cs_2")
    assert balance(ann) == 400
    take(ann, NONE, "in_1", LATER)
    assert balance(ann, LATER) == 1000


def test_what_lapsed_is_not_taken_once_more(ann: int) -> None:
    buy(ann, 1000, "in_1", MONTH_END)
    spend(ann, 300)
    assert take(ann, ALL, "in_1", LATER) == 300
    assert balance(ann, LATER) == -300


@pytest.mark.parametrize("share", [HALF, ALL])
def test_a_refund_before_or_after_the_end_of_a_month_comes_to_the_same(ann: int, share: Fraction) -> None:
    ben = people.register("ben@limn.example", "correct horse", NOW).id
    for person, source, when in ((ann, "in_1", NOW), (ben, "in_2", LATER)):
        buy(person, 1000, source, MONTH_END)
        spend(person, 700, f"job of {person}")
        take(person, share, source, when)
    assert balance(ann, LATER) == balance(ben, LATER)


def test_what_comes_in_pays_what_is_owed_without_a_line(ann: int) -> None:
    buy(ann, 1000)
    spend(ann, 300)
    take(ann, ALL)
    buy(ann, 200, "cs_2")
    assert (balance(ann), debt(ann)) == (-100, 100)
    buy(ann, 500, "cs_3")
    assert (balance(ann), debt(ann)) == (400, 0)
    assert db.session.query(Line).count() == 6  # three grants, a hold, its capture, a refund


def test_what_is_released_pays_what_is_owed(ann: int) -> None:
    buy(ann, 1000, "in_1", MONTH_END)
    with transaction() as tx:
        wallet.hold(tx, ann, "j", 300, "a picture", NOW)
    take(ann, ALL, "in_1")
    assert balance(ann) == -300
    with transaction() as tx:
        assert wallet.release(tx, "j", LATER)
    assert balance(ann, LATER) == 0


def test_whoever_owes_starts_no_job_and_is_told_why(ann: int) -> None:
    buy(ann, 1000)
    spend(ann, 300)
    take(ann, ALL)
    with pytest.raises(Refusal, match="you owe 300, because a payment went back") as refused:
        spend(ann, 20, "another")
    assert refused.value.facts == {"credits": -300, "credit_cost": 20}


def test_whoever_owes_may_still_do_what_costs_nothing(ann: int) -> None:
    buy(ann, 1000)
    spend(ann, 300)
    take(ann, ALL)
    spend(ann, 0, "a look")
    assert balance(ann) == -300


def test_jobs_that_wait_end_as_they_would_have(ann: int) -> None:
    buy(ann, 1000)
    with transaction() as tx:
        wallet.hold(tx, ann, "j", 300, "a picture", NOW)
    take(ann, ALL)
    with transaction() as tx:
        assert wallet.capture(tx, "j", NOW)
    assert balance(ann) == -300


def test_a_pack_counts_until_all_of_it_is_taken_back(ann: int) -> None:
    buy(ann, 1000)
    take(ann, HALF)
    assert has_pack(ann)
    take(ann, ALL)
    assert not has_pack(ann)
    take(ann, NONE)
    assert has_pack(ann)


def test_a_month_lapses_when_the_next_one_begins(ann: int) -> None:
    buy(ann, 1000, "in_1", MONTH_END)
    buy(ann, 200, "cs_2")
    spend(ann, 400)
    with transaction() as tx:
        assert wallet.lapse(tx, ann, "plan", MONTH_END, NOW) == 600
    assert balance(ann) == 200
    assert db.session.scalar(select(Lot.lapsed).where(Lot.source == "in_1")) == 600


def test_a_month_that_ends_later_does_not_lapse_early(ann: int) -> None:
    buy(ann, 1000, "in_1", LATER)
    with transaction() as tx:
        assert wallet.lapse(tx, ann, "plan", MONTH_END, NOW) == 0
    assert balance(ann) == 1000


def test_what_a_job_held_of_a_month_that_lapsed_lapses_too(ann: int) -> None:
    buy(ann, 1000, "in_1", MONTH_END)
    with transaction() as tx:
        wallet.hold(tx, ann, "j", 300, "a picture", NOW)
    with transaction() as tx:
        wallet.lapse(tx, ann, "plan", MONTH_END, NOW)
        wallet.release(tx, "j", NOW)
    assert balance(ann) == 0


def test_reconciling_names_a_debt_beside_credits(ann: int) -> None:
    buy(ann, 1000)
    with transaction() as tx:
        tx.get_one(Wallet, ann).debt = 100
        tx.get_one(Wallet, ann).balance = 900
    assert [found.what for found in discrepancies()] == ["balance 900, lines say 1000, lots hold 1000, 100 are owed"]


def test_reconciling_names_a_lot_that_overflows(ann: int) -> None:
    buy(ann, 1000)
    with transaction() as tx:
        lot = tx.scalars(select(Lot)).one()
        lot.taken = 1
    assert [found.what for found in discrepancies()] == [f"lot {lot.id} of 1000 accounts for 1001"]
