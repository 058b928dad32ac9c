"""The test checkout's events go the way of Stripe's: signed, one by one, through the same door."""

import logging
from datetime import datetime

from app.extensions import settings
from app.payments import hearing
from app.refusals import Refusal
from app.till import events

A_PAGE = 100
MOST_PAGES = 100  # what is heard may cause more to be told; ten thousand in a row are a mistake

log = logging.getLogger(__name__)


def deliver(now: datetime) -> int:
    """Deliver what was not heard yet. How many events were. What fails stays, and is delivered next time."""
    if not settings().test_checkout:
        return 0
    heard = 0
    for _ in range(MOST_PAGES):
        waiting = events.unheard(A_PAGE)
        if not waiting:
            break
        for event in waiting:
            try:
                answer = hearing.receive(event.body.encode(), events.sign(event.body), now)
            except Refusal as refusal:
                log.warning("%s was not heard: %s", event.id, refusal.message)
                return heard
            events.heard(event.id, answer, now)
            heard += 1
    return heard
