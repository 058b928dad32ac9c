"""Payments, charges, refunds, disputes and cards."""

from typing import Literal

from pydantic import Field

from app.till import refunding
from app.till.endpoints.params import Asked, Listing, Metadata, Route, listing, merged, retrieving
from app.till.errors import invalid
from app.till.store import Act, Obj


class ByCustomer(Listing):
    customer: str | None = None


class ByPayment(Listing):
    payment_intent: str | None = None
    charge: str | None = None


class ChargeList(ByCustomer):
    payment_intent: str | None = None


class MethodList(ByCustomer):
    type: str | None = None


class RefundParams(Asked):
    payment_intent: str | None = None
    charge: str | None = None
    amount: int | None = Field(None, ge=1)
    reason: Literal["duplicate", "fraudulent", "requested_by_customer"] | None = None
    metadata: Metadata | Literal[""] = Field({})


def refund(act: Act, given: RefundParams) -> Obj:
    if given.charge:
        charge = act.get("charge", given.charge, "charge")
    elif given.payment_intent:
        charge = refunding.charge_of(act, given.payment_intent)
    else:
        raise invalid("One of the following params should be provided for this request: payment_intent or charge.")
    more = given.given("reason") | {"metadata": merged({}, given.metadata)}
    return refunding.refund(act, charge, given.amount, more)


ROUTES = (
    retrieving("payment_intent", "/v1/payment_intents"),
    listing("payment_intent", "/v1/payment_intents", ByCustomer),
    retrieving("charge", "/v1/charges"),
    listing("charge", "/v1/charges", ChargeList),
    Route("POST", "/v1/refunds", RefundParams, refund),
    retrieving("refund", "/v1/refunds"),
    listing("refund", "/v1/refunds", ByPayment),
    retrieving("dispute", "/v1/disputes"),
    listing("dispute", "/v1/disputes", ByPayment),
    retrieving("payment_method", "/v1/payment_methods"),
    listing("payment_method", "/v1/payment_methods", MethodList),
    retrieving("setup_intent", "/v1/setup_intents"),
    listing("setup_intent", "/v1/setup_intents", ByCustomer),
)
