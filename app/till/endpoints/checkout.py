"""Checkout sessions."""

from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field

from app.till import sessions
from app.till.endpoints.params import Asked, Listing, Metadata, Params, Route, listing, page, retrieving
from app.till.errors import invalid, missing
from app.till.shapes import checkout, shop
from app.till.store import Act, Obj, new_id


class LineItem(Params):
    price: str
    quantity: int = Field(1, ge=1)


class EndBehavior(Params):
    missing_payment_method: Literal["cancel", "create_invoice", "pause"]


class TrialSettings(Params):
    end_behavior: EndBehavior


class SubscriptionData(Params):
    metadata: Metadata = Field({})
    description: str | None = None
    trial_period_days: int | None = Field(None, ge=1, le=730)
    trial_settings: TrialSettings | None = None


class PaymentIntentData(Params):
    metadata: Metadata = Field({})
    description: str | None = None
    receipt_email: str | None = None
    setup_future_usage: Literal["off_session", "on_session"] | None = None


class InvoiceData(Params):
    metadata: Metadata = Field({})
    description: str | None = None
    footer: str | None = None


class InvoiceCreation(Params):
    enabled: bool
    invoice_data: InvoiceData = InvoiceData()


class Enabled(Params):
    enabled: bool


class SessionParams(Asked):
    mode: Literal["payment", "subscription"]
    line_items: list[LineItem] = Field(min_length=1)
    success_url: str
    cancel_url: str | None = None
    customer: str | None = None
    customer_email: str | None = None
    customer_update: dict[Literal["address", "name", "shipping"], Literal["auto", "never"]] | None = None
    client_reference_id: str | None = Field(None, max_length=200)
    metadata: Metadata = Field({})
    subscription_data: SubscriptionData | None = None
    payment_intent_data: PaymentIntentData | None = None
    invoice_creation: InvoiceCreation | None = None
    payment_method_collection: Literal["always", "if_required"] | None = None
    payment_method_types: list[Literal["card", "us_bank_account"]] | None = None
    adaptive_pricing: Enabled | None = None
    allow_promotion_codes: bool | None = None
    automatic_tax: Enabled | None = None
    tax_id_collection: Enabled | None = None
    billing_address_collection: Literal["auto", "required"] | None = None
    expires_at: int | None = None
    locale: str | None = None
    submit_type: str | None = None
    ui_mode: Literal["hosted_page"] = "hosted_page"


class SessionList(Listing):
    customer: str | None = None
    payment_intent: str | None = None
    subscription: str | None = None
    status: Literal["open", "complete", "expired"] | None = None


_AS_GIVEN = (
    "adaptive_pricing",
    "success_url",
    "cancel_url",
    "customer_email",
    "client_reference_id",
    "metadata",
    "payment_method_collection",
    "allow_promotion_codes",
    "billing_address_collection",
    "expires_at",
    "locale",
    "submit_type",
)


def create(act: Act, given: SessionParams) -> Obj:
    """Raises TillError where Stripe would refuse the mixture."""
    _check(given)
    customer = act.get("customer", given.customer, "customer") if given.customer else None
    items = [_item(act, item, number, given) for number, item in enumerate(given.line_items)]
    session = checkout.session(new_id("cs_test"), given.mode, items, customer, act.now, given.given(*_AS_GIVEN))
    act.turn["origin"] = _origin(given.success_url)
    session["url"] = f"{act.turn['origin']}/test-checkout/pay/{session['id']}"
    if given.automatic_tax and given.automatic_tax.enabled:
        tax = {"enabled": True, "liability": {"type": "self"}, "provider": "stripe", "status": "complete"}
        session["automatic_tax"] = session["automatic_tax"] | tax
    _types(session, given)
    _remember(session, given, items)
    return act.add(session)


def _check(given: SessionParams) -> None:
    if given.customer and given.customer_email:
        raise invalid("You may only specify one of these parameters: customer, customer_email.", "customer")
    if given.mode == "payment" and given.subscription_data:
        raise invalid("You can not pass `subscription_data` in `payment` mode.", "subscription_data")
    if given.mode == "subscription" and (given.payment_intent_data or given.invoice_creation):
        raise invalid("You can not pass `payment_intent_data` in `subscription` mode.", "payment_intent_data")
    if given.mode == "subscription" and len(given.line_items) > 1:
        raise invalid("The test checkout sells one price in a subscription", "line_items")
    if given.mode == "payment" and given.payment_method_collection:
        raise invalid("You can not pass `payment_method_collection` in `payment` mode.", "payment_method_collection")
    if given.customer_update and not given.customer:
        raise invalid("`customer_update` can only be used with `customer`.", "customer_update")
    if not urlsplit(given.success_url).netloc:
        raise invalid("Not a valid URL", "success_url", "url_invalid")


def _item(act: Act, item: LineItem, number: int, given: SessionParams) -> Obj:
    param = f"line_items[{number}][price]"
    price = act.get("price", item.price, param)
    if not price["active"]:
        raise invalid("The price specified is inactive. This field only accepts active prices.", param)
    if given.mode == "payment" and price["recurring"]:
        raise invalid("You specified `payment` mode but passed a recurring price.", param)
    if given.mode == "subscription" and not price["recurring"]:
        raise invalid("You must provide at least one recurring price in `subscription` mode.", param)
    return shop.sold(price, item.quantity, act.get("product", price["product"])["name"])


def _types(session: Obj, given: SessionParams) -> None:
    """Packs may be paid from a bank account too, unless the shop says what it takes."""
    session["payment_method_types"] = given.payment_method_types or (
        ["card"] if given.mode == "subscription" else ["card", "us_bank_account"]
    )


def _remember(session: Obj, given: SessionParams, items: list[Obj]) -> None:
    """What the session shows only later, or in the objects that it makes."""
    asked = given.subscription_data or SubscriptionData()
    more: dict[str, Any] = {"metadata": asked.metadata, "description": asked.description}
    if asked.trial_settings:
        more["trial_settings"] = asked.trial_settings.model_dump()
    intent = given.payment_intent_data or PaymentIntentData()
    session["_till"] = {
        "items": items,
        "settles_at": None,
        "subscription_data": {"trial_period_days": asked.trial_period_days, "given": more},
        "payment_intent_data": intent.model_dump(),
    }
    if given.invoice_creation:
        data = session["invoice_creation"]["invoice_data"] | given.invoice_creation.invoice_data.model_dump()
        session["invoice_creation"] = {"enabled": given.invoice_creation.enabled, "invoice_data": data}
    if session["amount_total"] and asked.trial_period_days:
        session |= {"amount_subtotal": 0, "amount_total": 0}


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def expire(act: Act, _given: Asked, found: str) -> Obj:
    session = act.get("checkout.session", found, "session")
    sessions.expire(act, session)
    return session


def items(act: Act, given: Listing, found: str) -> Obj:
    session = act.find(found)
    if session is None or session["object"] != "checkout.session":
        raise missing("checkout.session", found, "session")
    return page(session["_till"]["items"], given, f"/v1/checkout/sessions/{found}/line_items")


ROUTES = (
    Route("POST", "/v1/checkout/sessions", SessionParams, create),
    Route("POST", "/v1/checkout/sessions/{id}/expire", Asked, expire),
    Route("GET", "/v1/checkout/sessions/{id}/line_items", Listing, items),
    retrieving("checkout.session", "/v1/checkout/sessions"),
    listing("checkout.session", "/v1/checkout/sessions", SessionList),
)
