"""The three headers of Standard Webhooks, by which a receiver knows that a message is ours, whole and fresh."""

from collections.abc import Sequence
from datetime import datetime


def headers(message: str, body: str, secrets: Sequence[str], now: datetime) -> dict[str, str]:
    """One signature for each secret: while a rotation overlaps, a receiver may hold either."""
    from standardwebhooks import Webhook

    signatures = [Webhook(secret).sign(message, now, body) for secret in secrets]
    return {
        "webhook-id": message,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
