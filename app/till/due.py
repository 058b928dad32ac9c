"""When something happens to an object by itself, in epoch seconds."""

from collections.abc import Callable
from typing import Any

WARNED_BEFORE = 3 * 86_400  # a trial's end
LIVE = ("trialing", "active", "past_due", "unpaid")


def of(obj: dict[str, Any]) -> int | None:
    rule = _RULES.get(obj["object"])
    return rule(obj) if rule else None


def _subscription(subscription: dict[str, Any]) -> int | None:
    if subscription["status"] not in LIVE:
        return None
    moments: list[int | None] = [
        period_end(subscription),
        subscription["cancel_at"],
        _warning(subscription),
        _resumption(subscription),
    ]
    return min((moment for moment in moments if moment is not None), default=None)


def period_end(subscription: dict[str, Any]) -> int:
    return int(subscription["items"]["data"][0]["current_period_end"])


def _warning(subscription: dict[str, Any]) -> int | None:
    if subscription["status"] != "trialing" or subscription["_till"]["warned"]:
        return None
    return int(subscription["trial_end"]) - WARNED_BEFORE


def _resumption(subscription: dict[str, Any]) -> int | None:
    when: int | None = (subscription["pause_collection"] or {}).get("resumes_at")
    return when


def _invoice(invoice: dict[str, Any]) -> int | None:
    when: int | None = None
    if invoice["status"] == "draft":
        when = invoice["automatically_finalizes_at"]
    elif invoice["status"] == "open":
        when = invoice["next_payment_attempt"]
    return when


def _session(session: dict[str, Any]) -> int | None:
    when: int | None = session["expires_at"] if session["status"] == "open" else session["_till"]["settles_at"]
    return when


_RULES: dict[str, Callable[[dict[str, Any]], int | None]] = {
    "subscription": _subscription,
    "invoice": _invoice,
    "checkout.session": _session,
}
