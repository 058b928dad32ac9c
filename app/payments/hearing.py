"""Hearing Stripe: a signed body comes in; it is verified, noted and acted upon once, however often it comes.

What an event says is not believed, only where it points: the whole truth is asked for, and the event's row is written
in the transaction of all that follows from it.
"""

import json
import logging
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.extensions import db, insert_into, insert_once, settings, transaction
from app.payments import syncing
from app.payments.models import StripeEvent, TurnedAway
from app.payments.subjects import Subject, subject_of
from app.payments.syncing import Synced
from app.payments.truth import Object, Rejected, moment

TOLERANCE = 300  # seconds between signing and hearing
APPLIED, IGNORED, REJECTED = "applied", "ignored", "rejected"
LIVE = ("sk_live_", "rk_live_")

log = logging.getLogger(__name__)


class NotStripe(Exception):
    """A body that does not prove to be Stripe's. `reason`: signature, timestamp or malformed."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def receive(body: bytes, signature: str | None, now: datetime) -> str:
    """What became of an event: applied, ignored or rejected. Raises NotStripe, which is counted and nothing kept.

    Refuses with `billing_unavailable` while Stripe does not answer: nothing is written, and it has to come again.
    """
    try:
        event = _verified(body, signature)
    except NotStripe as error:
        _count(error.reason, now)
        log.warning("a body that came to the webhook was turned away: %s", error.reason)
        raise
    known = db.session.scalar(select(StripeEvent.outcome).where(StripeEvent.id == event["id"]))
    return known or _act(event, now)


def _act(event: Object, now: datetime) -> str:
    thing = event["data"]["object"]
    subject = subject_of(event["type"], thing)
    if subject is None:
        return _note_alone(event, IGNORED, "", now)
    try:
        _reject_other_mode(event)
        return _look(event, subject, now)
    except Rejected as rejected:
        return _note_alone(event, REJECTED, rejected.message, now)


def _look(event: Object, subject: Subject, now: datetime) -> str:
    outcome = APPLIED

    def note(tx: Session, synced: Synced) -> bool:
        nonlocal outcome
        doubt = synced.doubts.get(str(event["data"]["object"].get("id")), "")
        outcome = REJECTED if doubt else APPLIED
        return insert_once(tx, StripeEvent, **_row(event, outcome, doubt, now))

    synced = syncing.look(subject, now, note)
    for line in synced.changed:
        log.info("%s: %s", event["type"], line)
    return outcome


def _note_alone(event: Object, outcome: str, why: str, now: datetime) -> str:
    if why:
        log.warning("%s %s was rejected: %s", event["type"], event["id"], why)
    with transaction() as tx:
        insert_once(tx, StripeEvent, **_row(event, outcome, why, now))
    return outcome


def _row(event: Object, outcome: str, why: str, now: datetime) -> dict[str, Any]:
    return {
        "id": event["id"],
        "type": event["type"][:80],
        "subject": str(event["data"]["object"].get("id") or "")[:255],
        "outcome": outcome,
        "note": why[:300],
        "created_at": moment(event["created"]),
        "received_at": now,
    }


def _verified(body: bytes, signature: str | None) -> Object:
    """The event that a body is. The signature is checked against the real time, for Stripe knows no other."""
    from stripe import SignatureVerificationError, WebhookSignature

    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise NotStripe("malformed") from None
    if not signature or not signature.isascii():
        raise NotStripe("signature")
    try:
        WebhookSignature.verify_header(text, signature, secret(), TOLERANCE)
    except SignatureVerificationError as error:
        raise NotStripe("timestamp" if "imestamp outside" in str(error) else "signature") from None
    return _event(text)


def secret() -> str:
    """What bodies are signed with: Stripe's secret for our endpoint, or that of the test checkout."""
    if settings().test_checkout:
        from app.till import events

        return events.secret()
    return settings().STRIPE_WEBHOOK_SECRET


def _event(text: str) -> Object:
    """Raises NotStripe for what was signed and is no event all the same."""
    try:
        event: Any = json.loads(text)
    except (ValueError, RecursionError):
        raise NotStripe("malformed") from None
    parts = {"id": str, "type": str, "created": int, "data": dict}
    if not isinstance(event, dict) or not all(isinstance(event.get(name), kind) for name, kind in parts.items()):
        raise NotStripe("malformed")
    if not isinstance(event["data"].get("object"), dict) or not 0 < len(event["id"]) <= 255:
        raise NotStripe("malformed")
    return event


def _reject_other_mode(event: Object) -> None:
    """An event of test mode at a site that sells for real moves nothing, nor the other way round."""
    if bool(event.get("livemode")) != settings().STRIPE_SECRET_KEY.startswith(LIVE):
        raise Rejected("livemode does not fit the key")


def _count(reason: str, now: datetime) -> None:
    row = {"day": f"{now.astimezone(UTC):%Y-%m-%d}", "reason": reason, "count": 1}
    with transaction(lasting=False) as tx:
        one = insert_into(TurnedAway, tx.get_bind().dialect).values(**row)
        more = one.on_conflict_do_update(index_elements=["day", "reason"], set_={"count": TurnedAway.count + 1})
        tx.execute(more)
