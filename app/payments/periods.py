"""What paid periods bring, as pure functions: the months of credits in them, and the plan that they pay for.

A subscription's months begin where it was paid for and at every month's turn within it. Whoever changes plans in the
middle of a month has earned the old plan's credits until then and the new one's from then on; the difference to what
was granted already is granted, and nothing when that is more. So no month brings more than what was paid for it.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from math import floor
from typing import Protocol

from app.billing.plans import ITEMS, Item, Plan

SETTLING = timedelta(hours=3)  # Stripe finalises the invoice of a renewal about an hour after the period began
LATE_LIFE = timedelta(days=7)  # of a month's credits that could only be granted when it was over
ENDED = ("canceled", "unpaid", "paused", "incomplete", "incomplete_expired")  # statuses that end a plan at once
OWING = "past_due"


class Period(Protocol):
    """A paid stretch of time. `change`: it began in the middle of another, whose months go on."""

    @property
    def line_id(self) -> str: ...
    @property
    def invoice_id(self) -> str: ...
    @property
    def item(self) -> str: ...
    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...
    @property
    def trial(self) -> bool: ...
    @property
    def change(self) -> bool: ...


@dataclass(frozen=True)
class Month:
    """Credits that fall due at `begins`; `change` is the line of the change that brought them, if it was one."""

    begins: datetime
    ends: datetime
    credits: int
    item: str
    source: str
    trial: bool = False
    change: str = ""
    lapses: datetime | None = None  # of a whole month: earlier ones that end until then go when it comes

    @property
    def key(self) -> str:
        return f"{int(self.begins.timestamp())}{':' if self.change else ''}{self.change}"

    def expires(self, now: datetime) -> datetime:
        return self.ends + SETTLING if now < self.ends + SETTLING else now + LATE_LIFE


@dataclass
class _Cell:
    """A month under way: what is earned in it by whom it was paid for, and what was granted."""

    begins: datetime
    ends: datetime
    base: Fraction = Fraction(0)  # below zero: what an earlier month had too much
    granted: int = 0
    turns: list[tuple[datetime, int]] = field(default_factory=list)  # from when, how many credits a month

    def covers(self, moment: datetime) -> bool:
        return self.begins <= moment < self.ends

    def turn(self, at: datetime, monthly: int) -> int:
        """From `at` on it is paid for at `monthly` credits. How many more are due now."""
        self.turns.append((at, monthly))
        more = max(0, floor(self.earned(self.ends)) - self.granted)
        self.granted += more
        return more

    def earned(self, until: datetime) -> Fraction:
        ends = [at for at, _ in self.turns[1:]] + [until]
        held = (
            Fraction(max(0, _seconds(min(end, until) - at))) * monthly
            for (at, monthly), end in zip(self.turns, ends, strict=True)
        )
        return self.base + sum(held, Fraction(0)) / _seconds(self.ends - self.begins)

    def excess(self, at: datetime) -> int:
        """What was granted and is not earned by `at`: it was refunded in money."""
        return max(0, self.granted - floor(self.earned(at)))


def months(periods: Iterable[Period]) -> list[Month]:
    """Every month of credits in these paid periods, in order of time, whatever the order of the periods."""
    found = sorted(periods, key=_order)
    trials = [period for period in found if period.trial]
    paid = [period for period in found if not period.trial]
    brought = [_trial(period) for period in trials] + list(_months(paid, trials))
    return sorted((month for month in brought if month.credits), key=lambda month: (month.begins, month.change))


def due(months: Sequence[Month], now: datetime, ended_at: datetime | None = None) -> list[Month]:
    """The months that have begun while the subscription ran. A trial that is over was not paid for and is not late."""
    begun = (month for month in months if month.begins <= now and (ended_at is None or month.begins < ended_at))
    return [month for month in begun if not month.trial or now < month.ends]


def next_grant_at(months: Sequence[Month], now: datetime, ended_at: datetime | None = None) -> datetime | None:
    """When the next month that is paid for begins; None if its invoice is yet to come."""
    later = [month.begins for month in months if month.begins > now]
    return min(later, default=None) if ended_at is None else None


def entitlement(
    periods: Iterable[Period], status: str, past_due_since: datetime | None, grace: timedelta, now: datetime
) -> tuple[Item | None, datetime | None]:
    """The plan that is paid for now, and until when it holds if nothing more is paid.

    An invoice that failed leaves the plan for the grace from where its period began.
    """
    if status in ENDED:
        return None, None
    begun = sorted((period for period in periods if period.starts_at <= now), key=_order)
    graced = past_due_since + grace if status == OWING and past_due_since else None
    covering = [period for period in begun if now < period.ends_at + SETTLING]
    if covering:
        ends = covering[-1].ends_at + SETTLING
        return ITEMS[covering[-1].item], max(ends, graced) if graced else ends
    if begun and graced and now < graced:
        return ITEMS[begun[-1].item], graced
    return None, None


def month_after(start: datetime, months: int) -> datetime:
    """So many months after a moment, on the same day, or on the last of a month that has no such day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return start.replace(year=year, month=month + 1, day=min(start.day, monthrange(year, month + 1)[1]))


def _trial(period: Period) -> Month:
    whole = plan_of(period).monthly_credits
    return Month(period.starts_at, period.ends_at, whole, period.item, period.invoice_id, trial=True)


def _months(paid: list[Period], trials: list[Period]) -> Iterator[Month]:
    cell: _Cell | None = None
    anchor = datetime.min
    for period, until in zip(paid, _held_until(paid), strict=True):
        monthly = plan_of(period).monthly_credits
        if period.change and cell and cell.covers(period.starts_at):
            more = cell.turn(period.starts_at, monthly)
            yield _month(period, period.starts_at, cell.ends, more, change=period.line_id)
        else:
            anchor = period.starts_at
            cell = _first_cell(period, cell)
            more = cell.turn(cell.begins, monthly)
            yield _month(period, cell.begins, cell.ends, more, lapses=_lapses(cell.begins, trials))
        while cell.ends < until:
            cell = _Cell(cell.ends, _turn_after(anchor, cell.ends, period))
            more = cell.turn(cell.begins, monthly)
            yield _month(period, cell.begins, cell.ends, more, lapses=_lapses(cell.begins, trials))


def _first_cell(period: Period, before: _Cell | None) -> _Cell:
    """A new row of months. What was granted beyond the change is earned in the first of them."""
    cell = _Cell(period.starts_at, _turn_after(period.starts_at, period.starts_at, period))
    if before and before.covers(period.starts_at):
        cell.base = Fraction(-before.excess(period.starts_at))
    if period.change:  # what it changed is not known: of its first month, the share that was paid for
        nominal = month_after(cell.begins, 1) - cell.begins
        missing = 1 - min(Fraction(1), Fraction(_seconds(cell.ends - cell.begins), _seconds(nominal)))
        cell.base -= missing * plan_of(period).monthly_credits
    return cell


def _held_until(paid: list[Period]) -> list[datetime]:
    """Until when each period holds: its end, or the moment at which a change took its place."""
    turns = [min(period.ends_at, after.starts_at) for period, after in pairwise(paid)]
    return turns + [period.ends_at for period in paid[-1:]]


def _turn_after(anchor: datetime, begins: datetime, period: Period) -> datetime:
    """When the month that begins then ends. A period of a month is one month, however long."""
    if ITEMS[period.item].interval == "month":
        return period.ends_at
    count = (begins.year - anchor.year) * 12 + begins.month - anchor.month + 1
    turn = month_after(anchor, count)
    return period.ends_at if turn + timedelta(days=1) > period.ends_at else turn


def _lapses(begins: datetime, trials: list[Period]) -> datetime:
    """What is left of the month before goes when this one comes, and of a trial that was ended early."""
    cut = [trial.ends_at for trial in trials if trial.starts_at <= begins < trial.ends_at]
    return max([begins, *cut]) + SETTLING


def _month(
    period: Period, begins: datetime, ends: datetime, number: int, *, change: str = "", lapses: datetime | None = None
) -> Month:
    return Month(begins, ends, number, period.item, period.invoice_id, change=change, lapses=lapses)


def plan_of(period: Period) -> Plan:
    """Raises ValueError for a period of something that is no plan."""
    plan = ITEMS[period.item].plan
    if plan is None:
        raise ValueError(f"{period.item} is no plan")
    return plan


def _order(period: Period) -> tuple[datetime, bool, datetime, str]:
    return period.starts_at, period.change, period.ends_at, period.line_id


def _seconds(span: timedelta) -> int:
    return span // timedelta(seconds=1)
