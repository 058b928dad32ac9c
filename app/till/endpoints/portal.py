"""The customer portal: what it allows, and the links to it."""

from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field

from app.till import standing
from app.till.changes import Change
from app.till.endpoints.params import Asked, Listing, Metadata, Params, Route, listing, merged, retrieving
from app.till.errors import invalid
from app.till.months import months_of
from app.till.shapes import portal
from app.till.store import Act, Obj


class CustomerUpdate(Params):
    enabled: bool
    allowed_updates: list[str] = Field([])


class Switch(Params):
    enabled: bool


class CancellationReason(Params):
    enabled: bool
    options: list[str] = Field([])


class SubscriptionCancel(Params):
    enabled: bool
    mode: Literal["at_period_end", "immediately"] = "at_period_end"
    proration_behavior: Literal["none"] = "none"
    cancellation_reason: CancellationReason | None = None


class Product(Params):
    product: str
    prices: list[str]


class Condition(Params):
    type: Literal["decreasing_item_amount", "shortening_interval"]


class AtPeriodEnd(Params):
    conditions: list[Condition] = Field([])


class SubscriptionUpdate(Params):
    enabled: bool
    default_allowed_updates: list[Literal["price", "promotion_code"]] = Field([])
    products: list[Product] = Field([])
    proration_behavior: Literal["always_invoice", "create_prorations", "none"] = "none"
    schedule_at_period_end: AtPeriodEnd = AtPeriodEnd()
    trial_update_behavior: Literal["end_trial", "continue_trial"] = "end_trial"
    billing_cycle_anchor: Literal["now", "unchanged"] | None = None


class Features(Params):
    customer_update: CustomerUpdate | None = None
    invoice_history: Switch | None = None
    payment_method_update: Switch | None = None
    subscription_cancel: SubscriptionCancel | None = None
    subscription_update: SubscriptionUpdate | None = None


class BusinessProfile(Params):
    headline: str | None = None
    privacy_policy_url: str | None = None
    terms_of_service_url: str | None = None


class ConfigurationUpdate(Asked):
    features: Features = Features()
    business_profile: BusinessProfile | None = None
    default_return_url: str | None = None
    metadata: Metadata | Literal[""] = Field({})
    name: str | None = None
    active: bool = True


class ConfigurationParams(ConfigurationUpdate):
    features: Features


class ConfigurationList(Listing):
    active: bool | None = None
    is_default: bool | None = None


def create_configuration(act: Act, given: ConfigurationParams) -> Obj:
    configuration = act.add(portal.configuration(act.now, is_default=not act.all("billing_portal.configuration")))
    _fill(act, configuration, given)
    act.tell("billing_portal.configuration.created", configuration)
    return configuration


def update_configuration(act: Act, given: ConfigurationUpdate, found: str) -> Obj:
    configuration = act.get("billing_portal.configuration", found)
    _fill(act, configuration, given)
    act.tell("billing_portal.configuration.updated", configuration)
    return configuration


def _fill(act: Act, configuration: Obj, given: ConfigurationUpdate) -> None:
    configuration |= given.given("default_return_url", "name", "active")
    configuration |= {"metadata": merged(configuration["metadata"], given.metadata), "updated": act.now}
    if given.business_profile:
        configuration["business_profile"] = given.business_profile.model_dump()
    features = given.features.model_dump(exclude_unset=True)
    for product in features.get("subscription_update", {}).get("products", []):
        for price in product["prices"]:
            act.get("price", price, "features[subscription_update][products]")
    if "products" in features.get("subscription_update", {}):  # Stripe does not show them
        configuration["_till"] = {"products": features["subscription_update"].pop("products")}
    configuration["features"] = {
        name: value | features.get(name, {}) for name, value in configuration["features"].items()
    }


class FlowItem(Params):
    id: str
    price: str
    quantity: Literal[1, "1"] = 1


class Confirm(Params):
    subscription: str
    items: list[FlowItem]


class Target(Params):
    subscription: str


class Redirect(Params):
    return_url: str


class AfterCompletion(Params):
    type: Literal["redirect", "portal_homepage", "hosted_confirmation"]
    redirect: Redirect | None = None
    hosted_confirmation: dict[str, str] | None = None


class FlowData(Params):
    type: Literal["payment_method_update", "subscription_cancel", "subscription_update", "subscription_update_confirm"]
    subscription_update_confirm: Confirm | None = None
    subscription_update: Target | None = None
    subscription_cancel: Target | None = None
    after_completion: AfterCompletion | None = None


class PortalParams(Asked):
    customer: str
    configuration: str | None = None
    return_url: str | None = None
    flow_data: FlowData | None = None
    locale: str | None = None


def open_session(act: Act, given: PortalParams) -> Obj:
    customer = act.get("customer", given.customer, "customer")
    configuration = configuration_of(act, given.configuration)
    return_url = given.return_url or configuration["default_return_url"]
    if not return_url:
        raise invalid("You must provide a `return_url`", "return_url", "parameter_missing")
    flow = _flow(act, given.flow_data, customer, configuration) if given.flow_data else None
    parts = urlsplit(return_url)
    act.turn["origin"] = f"{parts.scheme}://{parts.netloc}"
    session = portal.session(customer["id"], configuration["id"], return_url, flow, act.turn["origin"], act.now)
    act.add(session)
    act.tell("billing_portal.session.created", session)
    return session


def configuration_of(act: Act, wanted: str | None) -> Obj:
    """That one, or the default."""
    if wanted:
        return act.get("billing_portal.configuration", wanted, "configuration")
    for configuration in act.all("billing_portal.configuration"):
        if configuration["is_default"]:
            return configuration
    raise invalid("No configuration provided and your test mode default configuration has not been created.")


def _flow(act: Act, flow: FlowData, customer: Obj, configuration: Obj) -> Obj:
    target = getattr(flow, flow.type, None)
    if flow.type != "payment_method_update":
        if target is None:
            raise invalid(f"Missing required param: flow_data[{flow.type}].", "flow_data", "parameter_missing")
        subscription = act.get("subscription", target.subscription, f"flow_data[{flow.type}][subscription]")
        if subscription["customer"] != customer["id"]:
            raise invalid("The subscription does not belong to the customer.", f"flow_data[{flow.type}][subscription]")
        _check(flow, subscription, configuration)
    return portal.flow(flow.model_dump())


def _check(flow: FlowData, subscription: Obj, configuration: Obj) -> None:
    """As Stripe checks a flow before it gives out a link to it."""
    param = f"flow_data[{flow.type}]"
    if subscription["status"] in standing.ENDED:
        raise invalid("The subscription is canceled and cannot be updated.", param)
    feature = "subscription_cancel" if flow.type == "subscription_cancel" else "subscription_update"
    if not configuration["features"][feature]["enabled"]:
        raise invalid(f"The feature {feature} in the portal configuration is disabled.", param)
    if flow.type == "subscription_cancel" and subscription["cancel_at_period_end"]:
        raise invalid("The subscription is already set to be canceled at period end.", param)
    if flow.subscription_update_confirm and flow.type == "subscription_update_confirm":
        item, wanted = standing.item_of(subscription), flow.subscription_update_confirm.items[0]
        if wanted.id != item["id"]:
            raise invalid("No such subscription item on the subscription.", f"{param}[items][0][id]")
        check_price(configuration, item, wanted.price)


def check_price(configuration: Obj, item: Obj, price: str) -> None:
    """Raises TillError for a price that the portal does not offer, or that is paid now."""
    if item["price"]["id"] == price:
        raise invalid("The item price and quantity are unchanged: there are no changes to confirm.")
    offered = configuration["_till"]["products"]
    if not any(price in product["prices"] for product in offered):
        raise invalid(f"The price `{price}` is not in the portal configuration's products.")


def waits(configuration: Obj, subscription: Obj, price: Obj) -> bool:
    """Whether a change to this price waits for the end of the period."""
    paid = standing.item_of(subscription)["price"]
    met = {
        "decreasing_item_amount": price["unit_amount"] < paid["unit_amount"],
        "shortening_interval": months_of(price) < months_of(paid),
    }
    at_end = configuration["features"]["subscription_update"]["schedule_at_period_end"]
    return any(met[condition["type"]] for condition in at_end["conditions"])


def change(configuration: Obj, price: Obj) -> Change:
    """A change at once, as the portal's configuration says."""
    update = configuration["features"]["subscription_update"]
    return Change(
        price,
        prorate=update["proration_behavior"],
        anchor_now=update["billing_cycle_anchor"] == "now",
        end_trial=update["trial_update_behavior"] == "end_trial",
    )


ROUTES = (
    Route("POST", "/v1/billing_portal/configurations", ConfigurationParams, create_configuration),
    Route("POST", "/v1/billing_portal/configurations/{id}", ConfigurationUpdate, update_configuration),
    retrieving("billing_portal.configuration", "/v1/billing_portal/configurations"),
    listing("billing_portal.configuration", "/v1/billing_portal/configurations", ConfigurationList),
    Route("POST", "/v1/billing_portal/sessions", PortalParams, open_session),
)
