"""Plans as data: the one place that says what a plan is worth."""

from dataclasses import dataclass
from datetime import timedelta

from app.credits.ledger import Allowance


@dataclass(frozen=True)
class Plan:
    id: str
    title: str
    monthly_credits: int
    daily_bonus: int
    head_start: timedelta  # in the queue, before whoever asked at the same moment on Free
    watermark: bool
    keeps_files_for: timedelta | None  # None: while the plan is active
    retention: str  # the same, in words

    @property
    def paid(self) -> bool:
        return not self.watermark

    @property
    def allowance(self) -> Allowance:
        return Allowance(self.id, self.monthly_credits, self.daily_bonus)


WHILE_ACTIVE = "while your plan is active"

PLANS = {
    plan.id: plan
    for plan in (
        Plan("free", "Free", 100, 40, timedelta(0), True, timedelta(hours=24), "24 hours"),
        Plan("pro", "Pro", 5_000, 0, timedelta(minutes=5), False, None, WHILE_ACTIVE),
        Plan("max", "Max", 12_000, 0, timedelta(minutes=10), False, None, WHILE_ACTIVE),
    )
}
FREE = PLANS["free"]
KEPT = "as long as you like"  # whoever has bought a pack
