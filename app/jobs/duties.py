"""Periodic work. Every worker's clock strikes, and whoever takes the slot first does it."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete

from app.accounts import sign_ins
from app.credits.reconcile import discrepancies
from app.extensions import insert_once, transaction
from app.jobs import contests, guests, lifecycle, painters, retention, standing_in
from app.jobs.models import PeriodicRun
from app.mail import log as mail
from app.webhooks import log as webhooks

SLOTS_KEPT = timedelta(days=7)

logger = logging.getLogger(__name__)


def once(name: str, duty: Callable[[datetime], object], now: datetime) -> bool:
    """Do a duty unless this minute's slot of it is taken."""
    slot = now.replace(second=0, microsecond=0)
    with transaction() as tx:
        if not insert_once(tx, PeriodicRun, name=name, slot=slot):
            return False
    if done := duty(now):
        logger.info("%s: %s", name, done)
    return True


def reconcile(_now: datetime) -> int:
    found = discrepancies()
    for discrepancy in found:
        logger.error("the ledger does not add up: %s", discrepancy)
    return len(found)


def tidy(now: datetime) -> int:
    """Forget what is over: old sign-ins, old counters, old slots, old messages."""
    with transaction() as tx:
        tx.execute(delete(PeriodicRun).where(PeriodicRun.slot < now - SLOTS_KEPT))
    return sum(room.forget_old(now) for room in (sign_ins, guests, webhooks, mail, contests, painters))


# name → (minute, hour) as crontab writes them, and what to do
DUTIES: dict[str, tuple[str, str, Callable[[datetime], object]]] = {
    "sweep": ("*", "*", lifecycle.sweep),
    "stand in": ("*", "*", standing_in.mend),
    "prune": ("7", "*", retention.prune),
    "tidy": ("27", "*", tidy),
    "reconcile": ("17", "3", reconcile),
}
