"""A person's side of it: the address that hears of every job, and the secret that signs.

A secret must be readable, for it signs; it is shown to its owner alone, signed in, and never to a key.
"""

import base64
import hmac
import secrets
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.extensions import insert_once, settings, transaction
from app.webhooks import addresses
from app.webhooks.models import Webhook

PREFIX = "whsec_"
LENGTH = 32  # bytes
OVERLAP = timedelta(hours=24)  # after a rotation, while messages are signed with both secrets


def of(person_id: int) -> Webhook:
    """Theirs, made at the first look."""
    with transaction() as tx:
        return held(tx, person_id)


def held(tx: Session, person_id: int) -> Webhook:
    """Theirs within a transaction, made if there is none."""
    webhook = tx.get(Webhook, person_id)
    if webhook is None:
        insert_once(tx, Webhook, person_id=person_id, secret=new_secret())
        webhook = tx.get_one(Webhook, person_id)
    return webhook


def set_address(person_id: int, url: str | None) -> Webhook:
    """Tell this address of every job, or none; messages that wait go along. Refuses with `invalid` what will not do."""
    if url is not None:
        addresses.check(url, "url")
    with transaction() as tx:
        webhook = held(tx, person_id)
        webhook.url = url
        return webhook


def rotate(person_id: int, now: datetime, once: str | None = None) -> Webhook:
    """A new secret; for a day the old one signs beside it. The same `once` makes the same secret, and one rotation."""
    with transaction() as tx:
        webhook, fresh = held(tx, person_id), new_secret(once)
        tx.refresh(webhook, with_for_update=True)  # of two rotations at once neither loses the other's secret
        if webhook.secret != fresh:
            webhook.previous_secret, webhook.previous_until = webhook.secret, now + OVERLAP
            webhook.secret = fresh
        return webhook


def signing(webhook: Webhook, now: datetime) -> list[str]:
    """The secrets that sign at this moment, the newest first."""
    until = webhook.previous_until
    overlaps = webhook.previous_secret is not None and until is not None and now < until
    return [webhook.secret, *([webhook.previous_secret] if overlaps and webhook.previous_secret else [])]


def new_secret(once: str | None = None) -> str:
    """A secret at random; for `once` the one that belongs to it, which only the holder of SECRET_KEY can tell."""
    drawn = secrets.token_bytes(LENGTH)
    if once is not None:
        drawn = hmac.digest(settings().SECRET_KEY.encode(), f"webhook secret {once}".encode(), "sha256")
    return PREFIX + base64.b64encode(drawn).decode()
