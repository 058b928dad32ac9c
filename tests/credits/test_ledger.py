"""The rules of credits, without a database."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.credits.ledger import Allowance, allot, grants_of_a_visit, month_end, taking

FREE = Allowance("free", monthly=100, daily_bonus=40)
PRO = Allowance("pro", monthly=5000, daily_bonus=0)
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Lot:
    id: int
    remaining: int
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Bought:
    """A lot of which some is spent: what is neither left, lapsed nor taken."""

    amount: int
    remaining: int
    lapsed: int = 0
    taken: int = 0
    elsewhere: int = 0


DAYS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))
LOTS = st.lists(st.builds(Lot, st.integers(1, 99), st.integers(0, 500), st.none() | DAYS), unique_by=lambda lot: lot.id)


def test_the_soonest_to_expire_is_spent_first() -> None:
    lots = [Lot(1, 50), Lot(2, 50, NOON.replace(day=30)), Lot(3, 50, NOON.replace(day=25))]
    assert allot(lots, 70) == [(3, 50), (2, 20)]


def test_credits_that_never_expire_are_spent_last() -> None:
    assert allot([Lot(1, 100), Lot(2, 10, NOON)], 20) == [(2, 10), (1, 10)]


def test_more_than_there_is_cannot_be_allotted() -> None:
    with pytest.raises(ValueError, match="lack 1 of 11"):
        allot([Lot(1, 10)], 11)


@given(LOTS, st.integers(0, 3000))
def test_shares_add_up_and_never_exceed_their_lot(lots: list[Lot], amount: int) -> None:
    if amount > sum(lot.remaining for lot in lots):
        with pytest.raises(ValueError, match="lack"):
            allot(lots, amount)
        return
    shares = allot(lots, amount)
    remaining = {lot.id: lot.remaining for lot in lots}
    assert sum(share.amount for share in shares) == amount
    assert all(0 < share.amount <= remaining[share.lot_id] for share in shares)


@given(DAYS)
def test_a_month_ends_at_the_first_midnight_of_the_next(now: datetime) -> None:
    end = month_end(now)
    assert end > now
    assert (end.day, end.hour, end.minute) == (1, 0, 0)
    assert (end - now).days <= 31


def test_the_first_day_brings_the_month_and_no_bonus() -> None:
    assert [(due.kind, due.amount) for due in grants_of_a_visit(FREE, NOON.date(), NOON)] == [("monthly", 100)]


def test_a_day_of_return_brings_the_bonus() -> None:
    due = grants_of_a_visit(FREE, date(2026, 11, 19), NOON)
    assert [(one.kind, one.amount, one.expires_at) for one in due] == [
        ("monthly", 100, datetime(2026, 12, 1, tzinfo=UTC)),
        ("bonus", 40, datetime(2026, 12, 1, tzinfo=UTC)),
    ]


def test_a_paid_plan_brings_no_bonus() -> None:
    assert [due.kind for due in grants_of_a_visit(PRO, date(2026, 1, 1), NOON)] == ["monthly"]


def test_each_occasion_has_a_key_of_its_own() -> None:
    today = grants_of_a_visit(FREE, date(2026, 1, 1), NOON)
    tomorrow = grants_of_a_visit(FREE, date(2026, 1, 1), NOON.replace(day=21))
    assert today[0].key == tomorrow[0].key
    assert today[1].key != tomorrow[1].key


@pytest.mark.parametrize(
    ("lot", "share", "own", "elsewhere"),
    [
        (Bought(1000, remaining=1000), Fraction(1), 1000, 0),
        (Bought(1000, remaining=400), Fraction(1), 400, 600),
        (Bought(1000, remaining=400), Fraction(1, 2), 400, 100),
        (Bought(1000, remaining=0, lapsed=300), Fraction(1), 0, 700),
        (Bought(1000, remaining=0, lapsed=300), Fraction(1, 4), 0, 0),
        (Bought(1000, remaining=0, taken=1000, elsewhere=600), Fraction(1), 0, 0),
        (Bought(1000, remaining=0, taken=1000, elsewhere=600), Fraction(1, 2), 0, -500),
        (Bought(1000, remaining=0, taken=1000, elsewhere=600), Fraction(1, 10), -300, -600),
        (Bought(1000, remaining=0, taken=1000, elsewhere=600), Fraction(0), -400, -600),
        (Bought(1000, remaining=0, lapsed=500, taken=500), Fraction(1, 2), 0, 0),
        (Bought(10, remaining=10), Fraction(1, 3), 3, 0),
    ],
)
def test_credits_go_and_come_back_in_the_share_of_their_money(
    lot: Bought, share: Fraction, own: int, elsewhere: int
) -> None:
    assert taking(lot, share) == (own, elsewhere)


@given(st.integers(0, 500), st.integers(0, 500), st.booleans(), st.fractions(0, 1), st.fractions(0, 1))
def test_taking_back_depends_on_the_share_alone(
    unspent: int, spent: int, ended: bool, one: Fraction, other: Fraction
) -> None:
    """Neither on what was taken before nor on how often it is asked. Of a lot that ended nothing is left."""
    lot = Bought(unspent + spent, 0 if ended else unspent, unspent if ended else 0)
    straight = after(lot, one)
    assert after(straight, one) == straight
    assert after(after(lot, other), one) == straight


def after(lot: Bought, share: Fraction) -> Bought:
    own, elsewhere = taking(lot, share)
    assert lot.remaining >= own
    return Bought(lot.amount, lot.remaining - own, lot.lapsed, lot.taken + own + elsewhere, lot.elsewhere + elsewhere)
