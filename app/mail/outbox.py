"""Mail is written in the transaction that gives cause for it: what came true is told, or it did not come true."""

from datetime import datetime
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from app.extensions import insert_once, lanes, settings
from app.mail.models import Mail

LANE = "messages"


def write(
    tx: Session,
    kind: str,
    occasion: str,
    address: str,
    now: datetime,
    *,
    person_id: int | None = None,
    origin: str = "",
    **facts: Any,
) -> bool:
    """One mail of a kind for an occasion, however often it is written. False if it was written before.

    `facts` are what its templates say; JSON. `origin` is the site's address where the request knows it.
    """
    row = {
        "key": f"{kind}:{occasion}",
        "kind": kind,
        "address": address,
        "person_id": person_id,
        "origin": settings().PUBLIC_URL or origin.rstrip("/"),
        "facts": facts,
        "created_at": now,
        "next_at": now,
    }
    if not insert_once(tx, Mail, **row):
        return False
    event.listen(tx, "after_commit", lambda _: lanes[LANE].wake(), once=True)
    return True
