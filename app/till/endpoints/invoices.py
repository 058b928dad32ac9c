"""Invoices, previews of them, and how they were paid."""

from typing import Literal

from pydantic import Field

from app.till import changes, collecting, standing
from app.till.endpoints.params import Asked, Listing, Params, Route, listing, page, retrieving
from app.till.endpoints.subscriptions import ItemChange, Prorate, change_of
from app.till.errors import invalid
from app.till.shapes import invoices
from app.till.store import Act, Obj, new_id


class InvoiceList(Listing):
    customer: str | None = None
    subscription: str | None = None
    status: Literal["draft", "open", "paid", "uncollectible", "void"] | None = None

    def picks(self, obj: Obj) -> bool:
        if self.subscription and standing.subscription_of(obj) != self.subscription:
            return False
        return super(InvoiceList, self.model_copy(update={"subscription": None})).picks(obj)


class PayParams(Asked):
    payment_method: str | None = None
    off_session: bool = True


class SubscriptionDetails(Params):
    items: list[ItemChange] | None = Field(None, min_length=1, max_length=1)
    proration_behavior: Prorate = "create_prorations"
    proration_date: int | None = None
    billing_cycle_anchor: Literal["now", "unchanged"] = "unchanged"
    trial_end: Literal["now"] | None = None


class PreviewParams(Asked):
    customer: str | None = None
    subscription: str
    subscription_details: SubscriptionDetails = SubscriptionDetails()


class Payment(Params):
    type: Literal["payment_intent"]
    payment_intent: str | None = None


class InvoicePaymentList(Listing):
    invoice: str | None = None
    status: Literal["canceled", "open", "paid"] | None = None
    payment: Payment | None = None

    def picks(self, obj: Obj) -> bool:
        wanted = self.payment.payment_intent if self.payment else None
        if wanted and obj["payment"]["payment_intent"] != wanted:
            return False
        return super(InvoicePaymentList, self.model_copy(update={"payment": None})).picks(obj)


def pay(act: Act, given: PayParams, found: str) -> Obj:
    """An attempt that is declined is made and told, and answered with Stripe's card error."""
    invoice = act.get("invoice", found)
    card = act.get("payment_method", given.payment_method) if given.payment_method else None
    if not collecting.collect(act, invoice, buyer_is_there=not given.off_session, paid_with=card):
        act.fails_with = changes.declined()
    return invoice


def preview(act: Act, given: PreviewParams) -> Obj:
    """The next invoice as it would be. It is not kept."""
    subscription = act.get("subscription", given.subscription, "subscription")
    if subscription["status"] in standing.ENDED:
        raise invalid("No upcoming invoices for customer", code="invoice_upcoming_none")
    wanted = change_of(act, subscription, given.subscription_details)
    if wanted is None and subscription["cancel_at"]:
        raise invalid("No upcoming invoices for customer", code="invoice_upcoming_none")
    draft, lines = changes.preview(act, subscription, wanted)
    customer = act.get("customer", subscription["customer"])
    parent = {"parent": invoices.of_subscription(draft)}
    invoice = invoices.invoice(customer, lines, "upcoming", act.now, parent)
    invoice["id"] = new_id("upcoming_in")
    if customer["balance"] < 0 < invoice["total"]:
        due = max(invoice["total"] + customer["balance"], 0)
        invoice |= {"amount_due": due, "amount_remaining": due}
    return invoice


def lines(act: Act, given: Listing, found: str) -> Obj:
    return page(act.get("invoice", found)["lines"]["data"], given, f"/v1/invoices/{found}/lines")


ROUTES = (
    Route("POST", "/v1/invoices/create_preview", PreviewParams, preview),
    Route("POST", "/v1/invoices/{id}/pay", PayParams, pay),
    Route("GET", "/v1/invoices/{id}/lines", Listing, lines),
    retrieving("invoice", "/v1/invoices"),
    listing("invoice", "/v1/invoices", InvoiceList),
    retrieving("invoice_payment", "/v1/invoice_payments"),
    listing("invoice_payment", "/v1/invoice_payments", InvoicePaymentList),
)
