"""One mail of every kind, plain and at the extremes of its facts."""

from datetime import UTC, datetime
from typing import Any

AT = datetime(2026, 11, 28, 9, 5, tzinfo=UTC)
LATER = datetime(2028, 2, 29, 23, 59, 59, tzinfo=UTC)
TOKEN = "WzE3OTUyMzk2MDAsMSwiYW5uQGxpbW4uZXhhbXBsZSJd.nR3k-_x"
LONG = "<b>&\"'{{ }} {% x %} %s — ünï ✓ " + "x" * 160
URL = "https://invoice.stripe.example/i/acct_1/live_x?s=ap&t=1"

Letter = tuple[str, dict[str, Any]]

PLAIN: list[Letter] = [
    ("verify", {"link_token": TOKEN}),
    ("reset", {"link_token": TOKEN}),
    ("password_changed", {"changed_at": AT}),
    (
        "receipt",
        {
            "what": "Pro, a month",
            "amount": 1499,
            "tax": 239,
            "currency": "usd",
            "number": "LIMN-0001",
            "paid_at": AT,
            "invoice_url": URL,
            "pdf_url": URL + "&pdf",
            "credits": 5000,
        },
    ),
    ("trial_ending", {"plan": "Pro", "ends_at": AT, "amount": 1499, "interval": "month"}),
    ("trial_refused", {"plan": "Pro"}),
    ("payment_failed", {"plan": "Pro", "amount": 1499, "until": AT}),
    ("plan_ended", {"plan": "Pro"}),
    ("files_going", {"count": 12, "goes_at": AT, "plan": "Pro"}),
    ("cap_near", {"what": "your account", "spent": 400, "cap": 500, "month": "November"}),
    ("test", {}),
]
EXTREME: list[Letter] = [
    ("verify", {"link_token": "x" * 1000}),
    ("reset", {"link_token": "x" * 1000}),
    ("password_changed", {"changed_at": LATER}),
    (
        "receipt",
        {"what": LONG, "amount": 123_456_705, "tax": 0, "currency": "eur", "paid_at": LATER, "credits": 0},
    ),
    (
        "receipt",
        {
            "what": LONG,
            "amount": 0,
            "tax": 7,
            "currency": "usd",
            "number": LONG,
            "paid_at": LATER,
            "invoice_url": "/test-checkout/invoices/in_1",
            "pdf_url": None,
            "credits": 1_200_000,
        },
    ),
    ("trial_ending", {"plan": LONG, "ends_at": LATER, "amount": 14_999, "interval": "year"}),
    ("trial_refused", {"plan": LONG}),
    ("payment_failed", {"plan": LONG, "amount": 5, "until": LATER}),
    ("plan_ended", {"plan": LONG}),
    ("files_going", {"count": 1, "goes_at": LATER, "plan": LONG}),
    ("files_going", {"count": 123_456, "goes_at": LATER, "plan": LONG}),
    ("cap_near", {"what": LONG, "spent": 2_000_000, "cap": 1_999_999, "month": "September"}),
]
