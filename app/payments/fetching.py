"""Asking Stripe for the whole truth of a subscription or of a checkout. Outside of any transaction."""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import TYPE_CHECKING, Any

from app.billing.plans import ITEMS, Item
from app.payments import truth
from app.payments.catalogue import item_of
from app.payments.gateway import asking, is_missing
from app.payments.truth import Bought, Line, Money, Object, Rejected, Subscribed, named

if TYPE_CHECKING:
    from stripe import StripeClient

MOST = 10_000  # of any list
PAGE = 100
IN_A_SESSION = ["line_items", "payment_intent.latest_charge", "invoice"]


def subscription(subscription_id: str) -> Subscribed:
    """Rejects what is not sold here; refuses with `billing_unavailable` while Stripe does not answer."""
    with asking(f"read {subscription_id}") as stripe:
        expand = ["schedule", "default_payment_method"]
        found = _or_rejected(lambda: stripe.v1.subscriptions.retrieve(subscription_id, {"expand": expand}).to_dict())
        wanted: Any = {"subscription": subscription_id, "limit": PAGE, "expand": ["data.payments"]}
        invoices = _all(stripe.v1.invoices.list(wanted))
        for invoice in invoices:
            _complete(stripe, invoice)
        charges = _charges(stripe, str(named(found["customer"])), invoices)
        return _subscribed(found, invoices, charges, Prices(stripe))


def session(session_id: str) -> Bought:
    """Rejects and refuses as `subscription` does."""
    with asking(f"read {session_id}") as stripe:
        wanted: Any = {"expand": IN_A_SESSION}
        found = _or_rejected(lambda: stripe.v1.checkout.sessions.retrieve(session_id, wanted).to_dict())
        money = _pack(stripe, found) if found["mode"] == "payment" else None
        return Bought(
            id=str(found["id"]),
            customer=named(found.get("customer")),
            person_id=truth.person_of(found),
            subscription=named(found.get("subscription")),
            money=money,
        )


def subject_of_payment(payment_intent: str) -> tuple[str, str]:
    """What a payment was for: ("session", its id) of a pack, or ("subscription", its id). Rejects what is neither."""
    with asking(f"find what {payment_intent} was for") as stripe:
        sessions = stripe.v1.checkout.sessions.list({"payment_intent": payment_intent}).data
        bought = next((found for found in sessions if found.mode == "payment"), None)
        if bought:
            return "session", str(bought.id)
        by: Any = {"payment": {"type": "payment_intent", "payment_intent": payment_intent}}
        for payment in stripe.v1.invoice_payments.list(by).data:
            invoice_id = str(named(payment.to_dict()["invoice"]))
            about = truth.subscription_of(stripe.v1.invoices.retrieve(invoice_id).to_dict())
            if about:
                return "subscription", about
    raise Rejected("a payment for nothing that is sold here")


class Prices:
    """Stripe's prices by id, each asked for once."""

    def __init__(self, stripe: "StripeClient") -> None:
        self._stripe = stripe
        self._items: dict[str, Item | None] = {}

    def item(self, price_id: str) -> Item | None:
        if price_id not in self._items:
            self._items[price_id] = item_of(self._stripe.v1.prices.retrieve(price_id).to_dict())
        return self._items[price_id]


def _subscribed(found: Object, invoices: list[Object], charges: dict[str, Object], prices: Prices) -> Subscribed:
    line = truth.only(found["items"]["data"])
    item = truth.sold(line, item_of(line["price"]))
    if item.plan is None:
        raise Rejected("a subscription to what is no plan")
    periods, money, doubts = _paid(found, invoices, charges, prices)
    failed = truth.failure(invoices, found)
    trial_end = found.get("trial_end")
    return Subscribed(
        id=str(found["id"]),
        customer=str(named(found["customer"])),
        status=str(found["status"]),
        item=item.id,
        next_item=_next_item(found, item, prices),
        started_at=truth.moment(found["start_date"]),
        period_end=truth.period_end(found),
        trial_end=truth.moment(trial_end) if trial_end else None,
        ends_at=truth.ends_at(found),
        past_due_since=failed.since if failed else None,
        paused=bool(found.get("pause_collection")) or found["status"] == "paused",
        card=truth.card_of(found.get("default_payment_method")),
        price=int(line["price"]["unit_amount"]),
        periods=tuple(periods),
        money=tuple(money),
        failure=failed,
        doubts=doubts,
    )


def _paid(
    found: Object, invoices: Iterable[Object], charges: dict[str, Object], prices: Prices
) -> tuple[list[Line], list[Money], dict[str, str]]:
    """What the paid invoices bought, the money that came in, and which of them count for nothing, and why."""
    periods: list[Line] = []
    money: list[Money] = []
    doubts: dict[str, str] = {}
    for invoice in invoices:
        if invoice["status"] != "paid":
            continue
        try:
            bought = truth.lines(invoice, found, prices.item)
        except Rejected as rejected:
            doubts[str(invoice["id"])] = rejected.message
            continue
        periods += bought
        if bought and invoice["amount_paid"] > 0:
            charge = charges.get(truth.intent_of(invoice) or "", {})
            item = ITEMS[bought[-1].item]
            refunded, disputed = int(charge.get("amount_refunded", 0)), int(charge.get("withheld", 0))
            money.append(truth.invoice_money(invoice, item, refunded, disputed))
    return periods, money, doubts


def _pack(stripe: "StripeClient", session: Object) -> Money | None:
    line = truth.only(session["line_items"]["data"])
    item = truth.sold(line, item_of(line["price"]))
    intent = session.get("payment_intent") or {}
    charge = intent.get("latest_charge") or {}
    return truth.pack_money(session, item, int(charge.get("amount_refunded", 0)), _withheld(stripe, charge))


def _charges(stripe: "StripeClient", customer: str, invoices: list[Object]) -> dict[str, Object]:
    """The customer's successful charges by what they paid, each with what its disputes withhold."""
    charges = listed(lambda: stripe.v1.charges.list({"customer": customer, "limit": PAGE}))
    if charges is None:  # the customer was deleted: their payments were not
        charges = [charge for invoice in invoices if (charge := _charge_of(stripe, invoice))]
    paid = [charge for charge in charges if charge["status"] == "succeeded" and charge.get("payment_intent")]
    return {str(named(charge["payment_intent"])): {**charge, "withheld": _withheld(stripe, charge)} for charge in paid}


def _charge_of(stripe: "StripeClient", invoice: Object) -> Object | None:
    intent = truth.intent_of(invoice)
    if intent is None:
        return None
    charge = stripe.v1.payment_intents.retrieve(intent, {"expand": ["latest_charge"]}).to_dict()["latest_charge"]
    return charge if isinstance(charge, dict) else None


def _withheld(stripe: "StripeClient", charge: Object) -> int:
    if not charge.get("disputed"):
        return 0
    return truth.withheld(_all(stripe.v1.disputes.list({"charge": str(charge["id"])})))


def _next_item(found: Object, item: Item, prices: Prices) -> str | None:
    """What a schedule changes it to when the period ends."""
    schedule = found.get("schedule")
    if not isinstance(schedule, dict) or schedule.get("status") not in ("active", "not_started"):
        return None
    now_until = (schedule.get("current_phase") or {}).get("end_date") or 0
    later = [phase for phase in schedule["phases"] if phase["start_date"] >= now_until]
    if not later:
        return None
    line = truth.only(min(later, key=lambda phase: int(phase["start_date"]))["items"])
    becomes = prices.item(str(named(line["price"])))
    return becomes.id if becomes and becomes != item else None


def _complete(stripe: "StripeClient", invoice: Object) -> None:
    """A list shows the first ten lines of an invoice."""
    if invoice["lines"].get("has_more"):
        invoice["lines"]["data"] = _all(stripe.v1.invoices.line_items.list(str(invoice["id"]), {"limit": PAGE}))


def listed(ask: Callable[[], Any]) -> list[Object] | None:
    """All of a list, None if Stripe does not know what it is asked to list by."""
    from stripe import InvalidRequestError

    try:
        return _all(ask())
    except InvalidRequestError as error:
        if is_missing(error):
            return None
        raise


def _all(found: Any) -> list[Object]:
    return [each.to_dict() for each in islice(found.auto_paging_iter(), MOST)]


def _or_rejected(ask: Any) -> Object:
    from stripe import InvalidRequestError

    try:
        found: Object = ask()
    except InvalidRequestError as error:
        if is_missing(error):
            raise Rejected("Stripe knows nothing of it") from error
        raise
    return found
