"""Somebody comes back from paying: what they paid for is applied at once, whether or not Stripe has told of it."""

import logging
from datetime import datetime
from typing import Literal, NamedTuple

from app.accounts.models import Person
from app.billing.plans import ITEMS, Item
from app.payments import syncing
from app.payments.gateway import asking, is_missing
from app.payments.truth import Rejected
from app.refusals import Refusal

State = Literal["open", "pending", "paid", "free", "rejected"]
STATES: dict[str, State] = {"paid": "paid", "unpaid": "pending", "no_payment_required": "free"}

log = logging.getLogger(__name__)


class Arrival(NamedTuple):
    """`open`: they came back without paying; `pending`: their bank has not answered yet; `free`: there was nothing to
    pay; `rejected`: what was paid is not what we sell, and the log says why.
    """

    item: Item
    state: State


def look(person: Person, session_id: str, now: datetime) -> Arrival:
    """Refuses with `not_found` a session that is not theirs, the same as one that does not exist."""
    from stripe import InvalidRequestError

    with asking("look at a session somebody came back from") as stripe:
        try:
            session = stripe.v1.checkout.sessions.retrieve(session_id).to_dict()
        except InvalidRequestError as error:
            if is_missing(error):
                raise _unknown() from error
            raise
        item = ITEMS.get(str((session["metadata"] or {}).get("item")))
        if session["client_reference_id"] != str(person.id) or item is None:
            raise _unknown()
        if session["status"] != "complete":
            return Arrival(item, "open")
        try:
            syncing.session(session_id, now)
        except Rejected as rejected:
            log.warning("session %s of person %s: %s", session_id, person.id, rejected)
            return Arrival(item, "rejected")
        return Arrival(item, STATES[session["payment_status"]])


def _unknown() -> Refusal:
    return Refusal("not_found", "There is no such payment.")
