"""When to try once more, and after how long. Every request that starts something carries an `Idempotency-Key`, so
trying again is safe: whatever was done is not done twice."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from limn.effects import Answer, Lost
from limn.errors import told_in

WORTH_IT = (429, 500, 502, 503, 504)
HOPELESS = ("helper_missing",)  # it will be missing in a minute, too


@dataclass(frozen=True)
class Retrying:
    """`tries` in all, with pauses that double from `first` to `longest` seconds.

    A server that asks for more than `patience` seconds is not waited for.
    """

    tries: int = 6
    first: float = 0.5
    longest: float = 20.0
    patience: float = 60.0

    def pause(self, tried: int, reply: Answer | Lost, chance: float, now: datetime | None = None) -> float | None:
        """Seconds to wait after so many tries; None to give up. `chance`, 0 to 1, keeps a crowd from coming at once."""
        if tried >= self.tries or not worth_it(reply):
            return None
        doubled = min(self.longest, self.first * 2 ** min(tried - 1, 30))
        spread: float = doubled * (0.5 + chance / 2)
        asked_for = retry_after(reply.headers, now or datetime.now(UTC)) if isinstance(reply, Answer) else None
        if asked_for is None:
            return spread
        return None if asked_for > self.patience else asked_for + min(spread, 1.0)


NEVER = Retrying(tries=1)


def worth_it(reply: Answer | Lost) -> bool:
    """Whether another try may go better. A job that has ended badly would be answered with the same again."""
    if isinstance(reply, Lost):
        return True
    if reply.status not in WORTH_IT:
        return False
    told = told_in(reply)
    return "job_id" not in told and told.get("code") not in HOPELESS


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that the server asks for, which it may write as a number or as a date."""
    said = headers.get("retry-after", "").strip()
    if said.isascii() and said.isdecimal():
        return float(said)
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return None
    return max(0.0, (until if until.tzinfo else until.replace(tzinfo=UTC)).timestamp() - now.timestamp())
