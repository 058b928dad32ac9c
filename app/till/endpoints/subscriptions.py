"""Subscriptions and their schedules."""

from typing import Any, Literal

from pydantic import Field

from app.till import changes, standing
from app.till.changes import Change
from app.till.endpoints.checkout import TrialSettings
from app.till.endpoints.params import Asked, Listing, Metadata, Params, Route, listing, merged, retrieving
from app.till.errors import invalid, not_here
from app.till.store import Act, Obj

Prorate = Literal["always_invoice", "create_prorations", "none"]


class SubscriptionList(Listing):
    customer: str | None = None
    price: str | None = None
    status: str | None = None

    def picks(self, obj: Obj) -> bool:
        """`all` are all; without a status, all that have not been canceled."""
        if self.price and standing.item_of(obj)["price"]["id"] != self.price:
            return False
        if self.status == "ended" and obj["status"] not in standing.ENDED:
            return False
        if self.status is None and obj["status"] == "canceled":
            return False
        general = {"price": None, "status": None if self.status in ("all", "ended") else self.status}
        return super(SubscriptionList, self.model_copy(update=general)).picks(obj)


class ItemChange(Params):
    id: str | None = None
    price: str
    quantity: Literal[1, "1"] = 1


class PauseCollection(Params):
    behavior: Literal["keep_as_draft", "mark_uncollectible", "void"]
    resumes_at: int | None = None


class CancellationDetails(Params):
    comment: str | None = None
    feedback: str | None = None


class SubscriptionParams(Asked):
    items: list[ItemChange] | None = Field(None, min_length=1, max_length=1)
    proration_behavior: Prorate = "create_prorations"
    proration_date: int | None = None
    billing_cycle_anchor: Literal["now", "unchanged"] = "unchanged"
    payment_behavior: Literal["allow_incomplete", "error_if_incomplete"] = "allow_incomplete"
    trial_end: Literal["now"] | None = None
    cancel_at_period_end: bool | None = None
    cancellation_details: CancellationDetails | None = None
    default_payment_method: str | None = None
    description: str | None = None
    metadata: Metadata | Literal[""] = Field({})
    off_session: bool | None = None
    pause_collection: PauseCollection | Literal[""] | None = None
    trial_settings: TrialSettings | None = None


class CancelParams(Asked):
    cancellation_details: CancellationDetails | None = None
    invoice_now: bool = False
    prorate: bool = False


class ResumeParams(Asked):
    billing_cycle_anchor: Literal["now", "unchanged"] = "now"
    proration_behavior: Prorate = "create_prorations"


class ScheduleList(Listing):
    customer: str | None = None


def update(act: Act, given: SubscriptionParams, found: str) -> Obj:
    """Raises TillError 402 with `error_if_incomplete` and a card that is declined; then nothing was changed."""
    subscription = act.get("subscription", found)
    _check(subscription, given)
    _plain_fields(act, subscription, given)
    if given.cancel_at_period_end is not None:
        cancel_at_period_end(act, subscription, given.cancel_at_period_end)
    act.tell("customer.subscription.updated", subscription)
    wanted = change_of(act, subscription, given)
    if wanted:
        must_pay = given.payment_behavior == "error_if_incomplete"
        changes.change(act, subscription, wanted, buyer_is_there=False, must_pay=must_pay)
    return subscription


def _check(subscription: Obj, given: SubscriptionParams) -> None:
    if subscription["status"] in standing.ENDED:
        raise invalid("A canceled subscription can only update its cancellation_details and metadata.")
    if subscription["schedule"] and (given.items or given.cancel_at_period_end is not None):
        raise invalid(f"The subscription is managed by the subscription schedule `{subscription['schedule']}`.")


def change_of(act: Act, subscription: Obj, given: Any) -> Change | None:
    """The change of price that is asked for, in an update or a preview."""
    if given.trial_end and subscription["status"] != "trialing":
        raise not_here("Ending a trial that is over", "trial_end")
    item = standing.item_of(subscription)
    same = not given.items or given.items[0].price == item["price"]["id"]
    if same and given.trial_end is None and given.billing_cycle_anchor != "now":
        return None
    asked = given.items[0] if given.items else ItemChange(id=item["id"], price=item["price"]["id"])
    if asked.id != item["id"]:
        raise invalid(f"The test checkout sells one item in a subscription: give its id, {item['id']}", "items[0][id]")
    price = act.get("price", asked.price, "items[0][price]")
    if not price["recurring"]:
        raise invalid("The price specified is set to `type=one_time`.", "items[0][price]")
    return Change(
        price,
        given.proration_behavior,
        given.proration_date,
        given.billing_cycle_anchor == "now",
        given.trial_end == "now",
    )


def _plain_fields(act: Act, subscription: Obj, given: SubscriptionParams) -> None:
    subscription |= given.given("description")
    subscription["metadata"] = merged(subscription["metadata"], given.metadata)
    if given.trial_settings:
        subscription["trial_settings"] = given.trial_settings.model_dump()
    if given.default_payment_method:
        method = act.get("payment_method", given.default_payment_method, "default_payment_method")
        subscription["default_payment_method"] = method["id"]
    if "pause_collection" in given.model_fields_set:
        pause = given.pause_collection
        subscription["pause_collection"] = pause.model_dump() if isinstance(pause, PauseCollection) else None
    if given.cancellation_details:
        details = given.cancellation_details.model_dump()
        subscription["cancellation_details"] = subscription["cancellation_details"] | details


def cancel_at_period_end(act: Act, subscription: Obj, ends: bool) -> None:
    """It ends with what is paid, or goes on after all."""
    item = standing.item_of(subscription)
    reason = "cancellation_requested" if ends else None
    subscription |= {
        "cancel_at_period_end": ends,
        "cancel_at": item["current_period_end"] if ends else None,
        "canceled_at": act.now if ends else None,
        "cancellation_details": subscription["cancellation_details"] | {"reason": reason},
    }


def cancel(act: Act, given: CancelParams, found: str) -> Obj:
    subscription = act.get("subscription", found)
    if given.prorate or given.invoice_now:
        raise not_here("Canceling with a proration", "prorate")
    if subscription["status"] in standing.ENDED:
        raise invalid("No such subscription: it is canceled already", "id", "resource_missing")
    if given.cancellation_details:
        details = given.cancellation_details.model_dump()
        subscription["cancellation_details"] = subscription["cancellation_details"] | details
    standing.end(act, subscription, "cancellation_requested")
    return subscription


def resume(act: Act, _given: ResumeParams, found: str) -> Obj:
    """One that is paused, for its trial ended without a card. A new period begins, and is paid at once."""
    subscription = act.get("subscription", found)
    if subscription["status"] != "paused":
        raise invalid("You can only resume a subscription whose status is `paused`.")
    changes.resume(act, subscription)
    return subscription


PATH = "/v1/subscriptions"
ROUTES = (
    Route("POST", f"{PATH}/{{id}}", SubscriptionParams, update),
    Route("DELETE", f"{PATH}/{{id}}", CancelParams, cancel),
    Route("POST", f"{PATH}/{{id}}/resume", ResumeParams, resume),
    retrieving("subscription", PATH),
    listing("subscription", PATH, SubscriptionList),
    retrieving("subscription_schedule", "/v1/subscription_schedules"),
    listing("subscription_schedule", "/v1/subscription_schedules", ScheduleList),
)
