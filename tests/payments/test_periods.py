"""What paid periods bring: months of credits, and the plan that is paid for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.billing.plans import ITEMS
from app.payments.periods import (
    ENDED,
    LATE_LIFE,
    SETTLING,
    Month,
    due,
    entitlement,
    month_after,
    months,
    next_grant_at,
    plan_of,
)

MARCH = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)
GRACE = timedelta(days=7)
PLANS = ("pro", "max")


@dataclass(frozen=True)
class Paid:
    line_id: str
    item: str
    starts_at: datetime
    ends_at: datetime
    trial: bool = False
    change: bool = False

    @property
    def invoice_id(self) -> str:
        return f"in_{self.line_id}"


def paid(item: str, starts: datetime, *, line: str = "il_1", ends: datetime | None = None, **more: bool) -> Paid:
    interval = ITEMS[item].interval
    return Paid(line, item, starts, ends or month_after(starts, 12 if interval == "year" else 1), **more)


def credits_of(found: Sequence[Month]) -> list[int]:
    return [month.credits for month in found]


def test_a_paid_month_brings_the_credits_of_its_plan_once() -> None:
    [month] = months([paid("pro-month", MARCH)])
    assert (month.credits, month.begins, month.ends) == (5_000, MARCH, month_after(MARCH, 1))
    assert month.key == str(int(MARCH.timestamp()))


def test_a_paid_year_brings_twelve_months_one_after_the_other() -> None:
    year = months([paid("max-year", MARCH)])
    assert credits_of(year) == [12_000] * 12
    assert [month.begins for month in year] == [month_after(MARCH, count) for count in range(12)]
    assert year[-1].ends == month_after(MARCH, 12)


def test_months_that_begin_on_the_31st_end_on_the_last_day_there_is() -> None:
    year = months([paid("pro-year", datetime(2027, 1, 31, tzinfo=UTC))])
    assert [f"{month.begins:%m-%d}" for month in year[:5]] == ["01-31", "02-28", "03-31", "04-30", "05-31"]


@given(st.datetimes(datetime(2024, 1, 1), datetime(2034, 1, 1), timezones=st.just(UTC)), st.sampled_from(PLANS))
def test_a_year_brings_twelve_times_the_month_whenever_it_begins(starts: datetime, plan: str) -> None:
    starts = starts.replace(microsecond=0)
    year = months([paid(f"{plan}-year", starts)])
    assert sum(credits_of(year)) == 12 * year[0].credits
    assert all(before.ends == after.begins for before, after in pairwise(year))
    assert len({month.key for month in year}) == 12


def test_only_months_that_have_begun_are_due() -> None:
    year = months([paid("pro-year", MARCH)])
    now = month_after(MARCH, 2) + timedelta(days=3)
    assert len(due(year, now)) == 3
    assert next_grant_at(year, now) == month_after(MARCH, 3)


def test_a_month_is_due_the_moment_it_begins() -> None:
    year = months([paid("pro-year", MARCH)])
    assert len(due(year, month_after(MARCH, 1))) == 2
    assert next_grant_at(year, month_after(MARCH, 1)) == month_after(MARCH, 2)


def test_a_subscription_that_ended_brings_no_further_month() -> None:
    year = months([paid("pro-year", MARCH)])
    ended_at = month_after(MARCH, 1) + timedelta(days=1)
    assert len(due(year, month_after(MARCH, 8), ended_at)) == 2
    assert next_grant_at(year, month_after(MARCH, 1), ended_at) is None


def test_a_monthly_plan_waits_for_its_next_invoice() -> None:
    assert next_grant_at(months([paid("pro-month", MARCH)]), MARCH) is None


def test_a_month_granted_after_it_is_over_can_still_be_used_for_a_week() -> None:
    [month] = months([paid("pro-month", MARCH)])
    late = month.ends + timedelta(days=40)
    assert month.expires(MARCH) == month.ends + SETTLING
    assert month.expires(late) == late + LATE_LIFE


def test_a_trial_brings_a_full_month_until_it_ends() -> None:
    trial = paid("pro-month", MARCH, ends=MARCH + timedelta(days=7), trial=True)
    [month] = months([trial])
    assert (month.credits, month.ends) == (5_000, trial.ends_at)


def test_a_trial_that_is_over_is_not_late() -> None:
    trial = months([paid("pro-month", MARCH, ends=MARCH + timedelta(days=7), trial=True)])
    assert due(trial, MARCH + timedelta(days=6))
    assert not due(trial, MARCH + timedelta(days=7))


def test_what_is_left_of_a_trial_that_was_ended_early_goes_when_the_first_month_comes() -> None:
    trial = paid("pro-month", MARCH, ends=MARCH + timedelta(days=7), trial=True)
    first = paid("pro-month", MARCH + timedelta(days=2), line="il_2")
    [_, month] = months([trial, first])
    assert month.lapses == trial.ends_at + SETTLING


def test_an_upgrade_in_the_middle_brings_the_difference_for_what_is_left() -> None:
    base = paid("pro-month", MARCH, ends=MARCH + timedelta(days=30))
    change = Paid("il_2", "max-month", MARCH + timedelta(days=20), base.ends_at, change=True)
    assert credits_of(months([base, change])) == [5_000, (12_000 - 5_000) // 3]


def test_an_upgrade_of_a_year_goes_on_with_its_months() -> None:
    base = paid("pro-year", MARCH)
    change = Paid("il_2", "max-year", MARCH + timedelta(days=45), base.ends_at, change=True)
    found = months([base, change])
    assert credits_of(found[:2]) == [5_000, 5_000]
    assert 0 < found[2].credits < 7_000
    assert credits_of(found[3:]) == [12_000] * 10
    assert found[3].begins == month_after(MARCH, 2)


def test_a_change_from_month_to_year_begins_anew_less_what_was_refunded() -> None:
    base = paid("pro-month", MARCH, ends=MARCH + timedelta(days=30))
    year = paid("pro-year", MARCH + timedelta(days=15), line="il_2")
    found = months([base, year])
    assert credits_of(found) == [5_000, 2_500] + [5_000] * 11


def test_going_down_and_up_again_within_a_month_brings_nothing_twice() -> None:
    base = paid("max-month", MARCH, ends=MARCH + timedelta(days=30))
    down = Paid("il_2", "pro-month", MARCH + timedelta(days=10), base.ends_at, change=True)
    up = Paid("il_3", "max-month", MARCH + timedelta(days=20), base.ends_at, change=True)
    assert credits_of(months([base, down, up])) == [12_000]


def test_a_change_whose_beginning_is_not_known_brings_its_share_of_a_month() -> None:
    change = Paid("il_2", "max-month", MARCH, MARCH + (month_after(MARCH, 1) - MARCH) / 2, change=True)
    assert credits_of(months([change])) == [6_000]


@st.composite
def histories(draw: st.DrawFn) -> list[Paid]:
    """A subscription's paid periods: renewals, changes of plan in the middle, and of the interval."""
    at, found = MARCH, []
    for number in range(draw(st.integers(1, 4))):
        item = f"{draw(st.sampled_from(PLANS))}-{draw(st.sampled_from(('month', 'year')))}"
        base = paid(item, at, line=f"il_{number}")
        found.append(base)
        seconds = int((base.ends_at - at).total_seconds())
        turns = sorted(draw(st.lists(st.integers(1, seconds - 1), max_size=3)))
        for turn, second in enumerate(turns):
            plan = draw(st.sampled_from(PLANS))
            starts = at + timedelta(seconds=second)
            name = f"{plan}-{ITEMS[item].interval}"
            found.append(Paid(f"il_{number}_{turn}", name, starts, base.ends_at, change=True))
        cut = at + timedelta(seconds=turns[-1]) if turns else at
        at = cut + timedelta(hours=1) if draw(st.booleans()) and cut < base.ends_at else base.ends_at
    return found


@given(histories(), st.randoms())
def test_the_order_of_the_periods_does_not_matter(history: list[Paid], chance: object) -> None:
    shuffled = list(history)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert months(shuffled) == months(history)


@given(histories())
def test_no_change_ever_brings_more_than_the_best_plan_was_worth_while_it_was_paid(history: list[Paid]) -> None:
    """Every month is worth at most the dearest plan in it; what is cut short counts for the time it ran."""
    brought = sum(credits_of(months(history)))
    assert brought <= _worth(history) + len(history)  # part of a credit may be lost at each change


@given(histories())
def test_whoever_only_goes_up_gets_all_that_was_paid_for(history: list[Paid]) -> None:
    base, *changes = [period for period in history if period.line_id.split("_")[1] == "0"]
    ups = [change for change in changes if plan_of(base).id == "pro" and plan_of(change).id == "max"][:1]
    brought = months([base, *ups])
    assert abs(sum(credits_of(brought)) - _earned([base, *ups])) <= 1


@given(histories())
def test_no_two_months_share_a_key(history: list[Paid]) -> None:
    found = months(history)
    assert len({month.key for month in found}) == len(found)


def _earned(history: list[Paid]) -> float:
    """The credits of each plan for the time that it ran, month by month of the first period."""
    base, total = history[0], 0.0
    turns = [base.starts_at]
    while turns[-1] < base.ends_at:
        turns.append(min(month_after(base.starts_at, len(turns)), base.ends_at))
    for begins, ends in pairwise(turns):
        for number, period in enumerate(history):
            until = history[number + 1].starts_at if number + 1 < len(history) else ends
            held = min(until, ends) - max(period.starts_at, begins)
            total += max(0.0, held / (ends - begins)) * plan_of(period).monthly_credits
    return total


def _worth(history: list[Paid]) -> float:
    """What the time of each row of months was worth at its dearest plan; the month in which it was cut counts whole."""
    total, rows = 0.0, [period for period in history if not period.change]
    for number, base in enumerate(rows):
        mine = [base] + [each for each in history if each.change and each.line_id.startswith(f"{base.line_id}_")]
        until = min(base.ends_at, rows[number + 1].starts_at if number + 1 < len(rows) else base.ends_at)
        best = max(plan_of(each).monthly_credits for each in mine)
        if ITEMS[base.item].interval == "month":
            total += best
        else:
            begun = sum(1 for count in range(12) if month_after(base.starts_at, count) < until)
            total += best * begun
    return total


def test_a_plan_holds_as_long_as_it_is_paid_and_while_its_next_invoice_settles() -> None:
    month = paid("pro-month", MARCH)
    assert entitlement([month], "active", None, GRACE, MARCH) == (ITEMS["pro-month"], month.ends_at + SETTLING)
    assert entitlement([month], "active", None, GRACE, month.ends_at + SETTLING) == (None, None)


def test_nothing_is_paid_before_it_begins() -> None:
    assert entitlement([paid("pro-month", MARCH)], "active", None, GRACE, MARCH - timedelta(seconds=1)) == (None, None)


def test_the_plan_that_began_last_holds() -> None:
    base = paid("pro-month", MARCH)
    change = Paid("il_2", "max-month", MARCH + timedelta(days=3), base.ends_at, change=True)
    item, _ = entitlement([change, base], "active", None, GRACE, MARCH + timedelta(days=4))
    assert item == ITEMS["max-month"]


def test_every_status_that_ends_a_plan_ends_it_at_once() -> None:
    month = paid("pro-month", MARCH)
    assert {status: entitlement([month], status, None, GRACE, MARCH) for status in ENDED} == dict.fromkeys(
        ENDED, (None, None)
    )


def test_a_payment_that_failed_leaves_the_plan_for_the_grace() -> None:
    month = paid("pro-month", MARCH)
    now = month.ends_at + timedelta(days=2)
    assert entitlement([month], "past_due", month.ends_at, GRACE, now) == (ITEMS["pro-month"], month.ends_at + GRACE)
    assert entitlement([month], "past_due", month.ends_at, GRACE, month.ends_at + GRACE) == (None, None)


def test_a_change_that_could_not_be_paid_leaves_what_is_paid() -> None:
    year = paid("pro-year", MARCH)
    item, until = entitlement([year], "past_due", month_after(MARCH, 1), GRACE, month_after(MARCH, 3))
    assert (item, until) == (ITEMS["pro-year"], year.ends_at + SETTLING)
