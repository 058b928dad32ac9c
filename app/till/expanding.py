"""`expand[]`: an object's references become the objects themselves, and what is left out by default is shown."""

from collections.abc import Callable
from copy import deepcopy

from app.till.errors import invalid
from app.till.shapes.billing import listed
from app.till.store import Act, Obj, shown

DEEPEST = 4


def expand(act: Act, obj: Obj, paths: list[str]) -> Obj:
    """A copy with the references of these paths in full. Raises TillError for one that leads nowhere."""
    out = deepcopy(shown(obj))
    for path in paths:
        parts = path.split(".")
        if len(parts) > DEEPEST:
            raise invalid(f"You cannot expand more than {DEEPEST} levels of a property.", "expand")
        _walk(act, out, parts, path)
    return out


def _walk(act: Act, inside: object, parts: list[str], path: str) -> None:
    if not parts:
        return
    if isinstance(inside, list):
        for one in inside:
            _walk(act, one, parts, path)
    elif isinstance(inside, dict):
        inside[parts[0]] = _full(act, inside, parts[0], path)
        _walk(act, inside[parts[0]], parts[1:], path)


def _full(act: Act, inside: Obj, name: str, path: str) -> object:
    hidden = _HIDDEN.get((inside.get("object", ""), name))
    if hidden and name not in inside:
        return deepcopy(hidden(act, inside))
    if name not in inside:
        raise invalid(f"This property cannot be expanded ({path}).", "expand")
    value = inside[name]
    found = act.find(value) if isinstance(value, str) else None
    return deepcopy(shown(found)) if found else value


def _payments(act: Act, invoice: Obj) -> Obj:
    made = act.all("invoice_payment", invoice["customer"])
    found = [shown(one) for one in made if one["invoice"] == invoice["id"]]
    return listed(found, f"/v1/invoice_payments?invoice={invoice['id']}")


def _line_items(act: Act, session: Obj) -> Obj:
    items = act.get("checkout.session", session["id"])["_till"]["items"]
    return listed(items, f"/v1/checkout/sessions/{session['id']}/line_items")


def _refunds(act: Act, charge: Obj) -> Obj:
    found = [one for one in act.all("refund") if one["charge"] == charge["id"]]
    return listed(found, f"/v1/charges/{charge['id']}/refunds")


def _subscriptions(act: Act, customer: Obj) -> Obj:
    found = [shown(one) for one in act.all("subscription", customer["id"]) if one["status"] != "canceled"]
    return listed(found, f"/v1/customers/{customer['id']}/subscriptions")


_HIDDEN: dict[tuple[str, str], Callable[[Act, Obj], Obj]] = {
    ("invoice", "payments"): _payments,
    ("checkout.session", "line_items"): _line_items,
    ("charge", "refunds"): _refunds,
    ("customer", "subscriptions"): _subscriptions,
}
