"""A small shop with two plans and a pack, and one customer, Ann."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from stripe import RequestsClient, StripeClient

from app.till import events, hands, life
from app.till.models import TillEvent
from tests.conftest import Clock

CENTS = {"pro": 1_499, "max": 2_999}
DONE = "http://limn.example/done?session_id={CHECKOUT_SESSION_ID}"

COLLECTED = [  # what is told when an invoice is finalised and paid
    "invoice.finalized",
    "payment_intent.created",
    "charge.succeeded",
    "payment_intent.succeeded",
    "invoice_payment.paid",
    "invoice.paid",
    "invoice.payment_succeeded",
]
REFUSED = ["charge.failed", "payment_intent.payment_failed", "invoice.payment_failed"]


def day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")


@dataclass
class Shop:
    client: StripeClient
    time: Clock
    _prices: dict[str, str] = field(default_factory=dict)

    @classmethod
    @contextmanager
    def at(cls, url: str, time: Clock) -> Iterator["Shop"]:
        line = RequestsClient()
        try:
            yield cls(StripeClient("sk_test_shop", base_addresses={"api": url}, http_client=line), time)
        finally:
            line.close()  # type: ignore[no-untyped-call]

    @property
    def v1(self) -> Any:
        """Untyped, for tests send what they like."""
        return self.client.v1

    @cached_property
    def ann(self) -> str:
        return str(self.v1.customers.create({"email": "ann@limn.example"}).id)

    def price(self, plan: str, interval: str = "month") -> str:
        """Of `pro` or `max`; `pack` costs 5 dollars once."""
        name = f"{plan}-{interval}" if plan != "pack" else plan
        if name not in self._prices:
            self._prices[name] = self._makes_price(plan, interval)
        return self._prices[name]

    def opens(self, plan: str = "pro", interval: str = "month", **more: Any) -> str:
        """A checkout that waits to be paid; its id."""
        asked: dict[str, Any] = {
            "mode": "payment" if plan == "pack" else "subscription",
            "customer": self.ann,
            "line_items": [{"price": self.price(plan, interval), "quantity": 1}],
            "success_url": DONE,
        }
        return str(self.v1.checkout.sessions.create(asked | more).id)

    def subscribes(self, plan: str = "pro", interval: str = "month", card: str = "works", trial: int = 0) -> str:
        """The id of a subscription of Ann's, paid or in its trial."""
        more = {"subscription_data": {"trial_period_days": trial}} if trial else {}
        session = self.opens(plan, interval, **more)
        assert hands.pay(session, card, self.time.now())
        return str(self.session(session)["subscription"])

    def session(self, session: str) -> dict[str, Any]:
        found: dict[str, Any] = self.v1.checkout.sessions.retrieve(session).to_dict()
        return found

    def subscription(self, subscription: str) -> dict[str, Any]:
        found: dict[str, Any] = self.v1.subscriptions.retrieve(subscription).to_dict()
        return found

    def item(self, subscription: str) -> dict[str, Any]:
        found: dict[str, Any] = self.subscription(subscription)["items"]["data"][0]
        return found

    def invoices(self, subscription: str) -> list[dict[str, Any]]:
        """The oldest first."""
        found = self.v1.invoices.list({"subscription": subscription, "limit": 100}).data
        return [one.to_dict() for one in reversed(found)]

    def offers(self, *conditions: str) -> str:
        """A portal where everything may be changed, and these changes wait for the period's end."""
        products = [
            {"product": self._product(plan), "prices": [self.price(plan, "month"), self.price(plan, "year")]}
            for plan in CENTS
        ]
        update = {
            "enabled": True,
            "default_allowed_updates": ["price"],
            "proration_behavior": "always_invoice",
            "schedule_at_period_end": {"conditions": [{"type": condition} for condition in conditions]},
            "products": products,
        }
        features = {"subscription_update": update, "subscription_cancel": {"enabled": True}}
        return str(self.v1.billing_portal.configurations.create({"features": features}).id)

    def passes(self, **step: float) -> None:
        """Time goes by, and what is due happens at its own time."""
        until = self.time.now() + timedelta(**step)
        while (when := life.next_due()) and when <= until:
            self.time.time = max(when, self.time.now())
            life.advance(self.time.now())
        self.time.time = until

    def told(self) -> list[TillEvent]:
        return events.unheard(1000)

    def types(self) -> list[str]:
        """What was told since the last time this was asked, in order."""
        fresh = self.told()
        for event in fresh:
            events.heard(event.id, "applied", self.time.now())
        return [event.type for event in fresh]

    def _makes_price(self, plan: str, interval: str) -> str:
        asked: dict[str, Any] = {"product": self._product(plan), "currency": "usd", "unit_amount": 500}
        if plan in CENTS:
            asked["unit_amount"] = CENTS[plan] * (10 if interval == "year" else 1)
            asked["recurring"] = {"interval": interval}
        return str(self.v1.prices.create(asked).id)

    def _product(self, plan: str) -> str:
        known = self.v1.products.list({"ids": [f"prod-{plan}"]}).data
        made = known[0] if known else self.v1.products.create({"id": f"prod-{plan}", "name": plan.title()})
        return str(made.id)
