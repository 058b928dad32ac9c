"""Stripe's customer portal: where people mend their card, find invoices, change or cancel their plan."""

from typing import TYPE_CHECKING, Any, Literal

from app.accounts.models import Person
from app.payments import customers, portal_settings, subscriptions
from app.payments.gateway import asking, is_missing, once
from app.refusals import Refusal

if TYPE_CHECKING:
    from stripe import StripeClient
    from stripe.params.billing_portal import SessionCreateParams

BACK = "/account/billing"
Flow = Literal["payment_method_update", "subscription_cancel"]
NOTHING = "There is nothing to manage yet: you have not bought anything."


def open(person: Person, origin: str, once_token: str, flow: Flow | None = None) -> str:  # noqa: A001
    """The address of the portal, or of one page of it. Refuses with `conflict` whoever has nothing there."""
    from stripe import InvalidRequestError

    customer = customers.of(person.id)
    if customer is None:
        raise Refusal("conflict", NOTHING)
    with asking("open the portal") as stripe:
        try:
            return _open(stripe, customer, origin, once_token, _flow_data(stripe, customer, flow))
        except InvalidRequestError as error:
            if is_missing(error, "customer"):
                raise Refusal("conflict", NOTHING) from error
            raise


def change(stripe: "StripeClient", subscription: dict[str, Any], price: str, origin: str, once_token: str) -> str:
    """The page that asks for a yes to another price; the portal itself where Stripe cannot change the subscription."""
    from stripe import InvalidRequestError

    to = [{"id": subscriptions.row(subscription)["id"], "price": price, "quantity": 1}]
    flow = {
        "type": "subscription_update_confirm",
        "subscription_update_confirm": {"subscription": subscription["id"], "items": to},
        "after_completion": {"type": "redirect", "redirect": {"return_url": origin + BACK}},
    }
    try:
        return _open(stripe, subscription["customer"], origin, once_token, flow)
    except InvalidRequestError:
        if not subscriptions.ends(subscription):
            raise
        return home(stripe, subscription["customer"], origin, once_token)


def home(stripe: "StripeClient", customer: str, origin: str, once_token: str) -> str:
    return _open(stripe, customer, origin, once_token, None)


def _flow_data(stripe: "StripeClient", customer: str, flow: Flow | None) -> dict[str, Any] | None:
    if flow != "subscription_cancel":
        return {"type": flow} if flow else None
    subscription = subscriptions.live(stripe, customer)
    if subscription is None:
        raise Refusal("conflict", "There is no plan to cancel.")
    return {"type": flow, flow: {"subscription": subscription["id"]}}


def _open(stripe: "StripeClient", customer: str, origin: str, once_token: str, flow_data: dict[str, Any] | None) -> str:
    params: SessionCreateParams = {"customer": customer, "return_url": origin + BACK, "locale": "auto"}
    if configuration := portal_settings.find(stripe):
        params["configuration"] = configuration["id"]
    if flow_data:
        params["flow_data"] = flow_data  # type: ignore[typeddict-item]
    return stripe.v1.billing_portal.sessions.create(params, once(f"portal:{once_token}", params)).url
