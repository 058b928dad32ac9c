"""Somebody comes back from paying: what they paid for is applied at once, whether or not Stripe has told of it."""

from datetime import datetime
from typing import Literal, NamedTuple

from app.accounts.models import Person
from app.billing.plans import ITEMS, Item
from app.payments.gateway import asking, is_missing
from app.refusals import Refusal


class Arrival(NamedTuple):
    """`open`: they came back without paying; `pending`: their bank has not answered yet."""

    item: Item
    state: Literal["open", "pending", "paid"]


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
        from app.payments import syncing

        syncing.session(session_id, now)
        return Arrival(item, "pending" if session["payment_status"] == "unpaid" else "paid")


def _unknown() -> Refusal:
    return Refusal("not_found", "There is no such payment.")
