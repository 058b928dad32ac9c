"""Mail is written in the transaction that gives cause for it: what came true is told, or it did not come true."""

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from app.extensions import insert_once, lanes, settings
from app.mail import kinds
from app.mail.models import Mail, MailState

LANE = "messages"
LONGEST_KEY = 120


def write(
    tx: Session,
    kind: str,
    occasion: str,
    address: str,
    now: datetime,
    *,
    person_id: int | None = None,
    origin: str = "",
    nobody: bool = False,
    **facts: Any,
) -> bool:
    """One mail of a kind for an occasion, however often it is written. False if it was written before.

    `facts` are what its templates say, as `kinds` describes them: ValueError for others. `origin` is the site's address
    where the request knows it. A mail to `nobody` costs what another does and is never sent.
    """
    row = {
        "key": _key(kind, occasion),
        "kind": kind,
        "address": "" if nobody else address,
        "person_id": person_id,
        "origin": _home(origin),
        "facts": kinds.checked(kind, facts),
        "state": MailState.FAILED if nobody else MailState.PENDING,
        "created_at": now,
        "next_at": now,
    }
    if not insert_once(tx, Mail, **row):
        return False
    event.listen(tx, "after_commit", lambda _: lanes[LANE].wake(), once=True)
    return True


def _key(kind: str, occasion: str) -> str:
    key = f"{kind}:{occasion}"
    return key if len(key) <= LONGEST_KEY else f"{kind}:{hashlib.sha256(key.encode()).hexdigest()}"


def _home(origin: str) -> str:
    """Where links lead. A request's word for it is a stranger's: it goes to the console, and out in no mail."""
    return settings().PUBLIC_URL or ("" if settings().MAIL_URL else origin.rstrip("/"))
