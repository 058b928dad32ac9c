"""The rules of credits as pure functions: which lots pay, what a visit brings, what goes with its money."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import NamedTuple, Protocol


class Spendable(Protocol):
    """A lot as the rules see it."""

    @property
    def id(self) -> int: ...
    @property
    def remaining(self) -> int: ...
    @property
    def expires_at(self) -> datetime | None: ...


class Takeable(Protocol):
    """A lot that was paid for, as the rules of taking back see it: see Lot."""

    @property
    def amount(self) -> int: ...
    @property
    def remaining(self) -> int: ...
    @property
    def lapsed(self) -> int: ...
    @property
    def taken(self) -> int: ...
    @property
    def elsewhere(self) -> int: ...


class Taking(NamedTuple):
    """What to take back of a lot: out of what is left of it and, for what was spent, elsewhere. Negative: give back."""

    own: int
    elsewhere: int


class Share(NamedTuple):
    lot_id: int
    amount: int


@dataclass(frozen=True)
class Allowance:
    """What a plan brings: credits once a month, and a bonus on each later day of return."""

    plan: str
    monthly: int
    daily_bonus: int


@dataclass(frozen=True)
class Grant:
    kind: str
    amount: int
    key: str  # unique for all time; the occasion, without the person
    what: str
    expires_at: datetime | None
    source: str | None = None  # what was paid for it: the id of an invoice or of a checkout


def allot(lots: Iterable[Spendable], amount: int) -> list[Share]:
    """Take `amount` from the lots, the soonest to expire first. Raises ValueError if they do not hold it."""
    shares, owed = [], amount
    for lot in sorted(lots, key=_soonest_first):
        if taken := min(owed, lot.remaining):
            shares.append(Share(lot.id, taken))
            owed -= taken
    if owed:
        raise ValueError(f"the lots lack {owed} of {amount}")
    return shares


def taking(lot: Takeable, share: Fraction) -> Taking:
    """What brings a lot to where it stands when `share` of its money is gone.

    It depends on how things stand, not on how they came about: asked again it is nothing. What lapsed is not taken once
    more; what was spent is owed. Part of a credit stays with whoever bought it.
    """
    wanted, own = int(lot.amount * share), lot.taken - lot.elsewhere
    lacking = wanted - own - lot.lapsed - lot.elsewhere
    if lacking > 0:
        left = min(lacking, lot.remaining)
        return Taking(left, lacking - left)
    return Taking(min(0, wanted - own), max(lacking, -lot.elsewhere))


def grants_of_a_visit(allowance: Allowance, joined_on: date, now: datetime) -> list[Grant]:
    """What is due when somebody comes by: their month's credits, and a bonus on any day after the first."""
    today, ends = now.date(), month_end(now)
    month = f"{today:%Y-%m}"
    due = []
    if allowance.monthly:
        key = f"monthly:{allowance.plan}:{month}"
        due.append(Grant("monthly", allowance.monthly, key, f"Credits for {today:%B}", ends))
    if allowance.daily_bonus and today > joined_on:
        due.append(Grant("bonus", allowance.daily_bonus, f"bonus:{today}", "For coming back", ends))
    return due


def visit(allowance: Allowance, now: datetime) -> str:
    """Names a visit that may bring something: a new day, or a new plan."""
    return f"{allowance.plan}:{now.date()}"


def month_end(now: datetime) -> datetime:
    """Midnight UTC after the last day of this month."""
    months = now.year * 12 + now.month
    return datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC)


def _soonest_first(lot: Spendable) -> tuple[bool, datetime, int]:
    return lot.expires_at is None, lot.expires_at or datetime.max.replace(tzinfo=UTC), lot.id
