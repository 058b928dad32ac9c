"""Changes that wait for the end of the period: Stripe's subscription schedules, as its portal makes them."""

from app.till import standing
from app.till.shapes import billing, scheduling
from app.till.shapes.shop import plan
from app.till.store import Act, Obj


def change_at_period_end(act: Act, subscription: Obj, price: Obj) -> Obj:
    """From the next period on it is for this price."""
    release(act, subscription)
    item = standing.item_of(subscription)
    schedule = act.add(scheduling.schedule(subscription, item, price, act.now))
    subscription["schedule"] = schedule["id"]
    act.tell("subscription_schedule.created", schedule)
    act.tell("customer.subscription.updated", subscription)
    return schedule


def release(act: Act, subscription: Obj) -> None:
    """The change is off; the subscription goes on as it is."""
    if not subscription["schedule"]:
        return
    schedule = act.get("subscription_schedule", subscription["schedule"])
    schedule |= {"status": "released", "released_at": act.now, "current_phase": None, "subscription": None}
    schedule["released_subscription"] = subscription["id"]
    subscription["schedule"] = None
    act.tell("subscription_schedule.released", schedule)


def apply(act: Act, subscription: Obj) -> None:
    """The period ended: what was planned for the next one begins, and the schedule has done its work."""
    if not subscription["schedule"]:
        return
    schedule = act.get("subscription_schedule", subscription["schedule"])
    put(subscription, act.get("price", schedule["phases"][1]["items"][0]["price"]))
    if standing.item_of(subscription)["price"]["recurring"] != schedule["_till"]["recurring"]:
        subscription["billing_cycle_anchor"] = act.now
    release(act, subscription)


def put(subscription: Obj, price: Obj) -> None:
    """It is for this price now."""
    item = standing.item_of(subscription) | {"price": price, "plan": plan(price)}
    subscription["items"] = billing.listed([item], subscription["items"]["url"])
