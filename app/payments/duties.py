"""What payments need done by the clock: months that begin, plans that end, trials that are about to."""

import logging
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select

from app.extensions import db, settings
from app.payments import entitlement, granting, reconcile, syncing, test_events
from app.payments.models import Subscription
from app.payments.telling import BEFORE_A_TRIAL_ENDS
from app.payments.truth import Rejected
from app.refusals import Refusal
from app.till import life

MOST_AT_ONCE = 100

log = logging.getLogger(__name__)


def every_minute(now: datetime) -> int:
    """All that is due. How many things were done."""
    done = play(now) if settings().test_checkout else 0
    return done + granting.grant_due(now) + announce_trial_ends(now) + entitlement.end_overdue(now)


def play(now: datetime) -> int:
    """What happens by itself at the test checkout, and is told."""
    return life.advance(now) + test_events.deliver(now)


def announce_trial_ends(now: datetime) -> int:
    """Look once more at trials that end in three days, so that the mail goes though no event came. How many."""
    running = select(Subscription.id, Subscription.trial_end, Subscription.seen_at).where(
        Subscription.status == "trialing",
        Subscription.trial_end <= now + BEFORE_A_TRIAL_ENDS,
        Subscription.trial_end > now,
    )
    rows = db.session.execute(running).all()
    unseen = [row.id for row in rows if row.trial_end and row.seen_at < row.trial_end - BEFORE_A_TRIAL_ENDS]
    return sum(_look(subscription_id, now) for subscription_id in unseen[:MOST_AT_ONCE])


def daily(now: datetime) -> int:
    """Reconcile with Stripe. How many things were mended, or could not be."""
    if not settings().STRIPE_SECRET_KEY:
        return 0
    found = reconcile.reconcile(now)
    for line in found.mended:
        log.warning("mended: %s", line)
    for line in found.failed:
        log.error("could not be mended: %s", line)
    return len(found.mended) + len(found.failed)


def _look(subscription_id: str, now: datetime) -> bool:
    try:
        syncing.subscription(subscription_id, now)
    except Rejected as rejected:
        log.warning("%s: %s", subscription_id, rejected.message)
        return False
    except Refusal:  # Stripe does not answer; the log has it, and the next minute comes
        return False
    return True


# name → (minute, hour) as crontab writes them, and what to do
DUTIES: dict[str, tuple[str, str, Callable[[datetime], object]]] = {
    "payments": ("*", "*", every_minute),
    "reconcile-payments": ("47", "3", daily),
}
