"""Who is here: the asker of this request and their standing, looked up once."""

from dataclasses import replace

from flask import Flask, Response, g, request
from flask_login import current_user

from app import clock
from app.accounts.models import Person
from app.billing.plans import FREE
from app.billing.standing import ANONYMOUS, Standing, standing_of, welcome
from app.extensions import settings
from app.jobs.asker import Asker
from app.jobs.inputs import Order
from app.refusals import Refusal
from app.tools.generate import PRICE
from app.web import idempotency, limits
from app.web.described import scope_needed
from app.web.kind import for_api
from app.web.network import network
from app.web.sessions import bearer, credential, known_visitor, name_visitor

POLLING = ("jobs.show_json",)
KEY_DIALECT = ("/api/images/", "/api/auth/")
OPEN_TO_ALL = ("share.show", "public.show")  # what is shared; their own people also see what is not
ENTRANCE = "/api/auth/"  # who asks for a new token may well send the one that has expired
NOTHING = Order()


def init_visits(app: Flask) -> None:
    app.before_request(receive)
    app.context_processor(what_every_page_knows)


def what_every_page_knows() -> dict[str, object]:
    return {
        "standing": standing(),
        "site_name": settings().SITE_NAME,
        "nav": "",
        "free": FREE,
        "prices": list(PRICE.values()),
    }


def receive() -> Response | None:
    """Count the request if it is one that counts, see who it is, and grant what the visit brings.

    The kept answer, if the request came before.
    """
    if request.path.startswith(KEY_DIALECT):
        limits.spend_key_dialect_request()
    if request.endpoint in (None, "static"):
        return None
    if request.path.startswith(ENTRANCE):
        g.person = None
    me = _whoever()
    if me and me.api_key and not me.api_key.may(needed := scope_needed()):
        if request.endpoint not in OPEN_TO_ALL:
            raise Refusal("insufficient_scope", _what_the_key_lacks(needed))
        me = g.person = None  # a key that may not read what is private sees what everybody sees
    if me:
        g.standing = welcome(me, clock.now())
    who = f"person {me.id}" if me else network()
    if _counts():
        limits.spend_request(who, paid=me is not None and standing().plan.paid)
    return idempotency.claim(who)


def _whoever() -> Person | None:
    """Who is here. A key that is none counts against the network it came from, as a guest's request does."""
    try:
        return person()
    except Refusal:
        if _counts():
            limits.spend_request(network(), paid=False)
        raise


def _counts() -> bool:
    """Whether this is a request of the account's limit. Polling never is; the key dialect has a limit of its own."""
    return for_api() and request.endpoint not in POLLING and not request.path.startswith(KEY_DIALECT)


def person() -> Person | None:
    """Who is here: by the key or token of the request, else by its cookie. Refuses a key that is none."""
    if "person" not in g:
        text = credential()
        by_cookie = current_user._get_current_object() if text is None and current_user.is_authenticated else None
        g.person = bearer(text) if text else by_cookie
    found: Person | None = g.person
    return found


def _what_the_key_lacks(needed: str | None) -> str:
    if needed is None:
        return "No API key may do this. Sign in instead."
    return f"This API key lacks the scope “{needed}”. Make one that has it."


def signed_in() -> Person:
    """The person behind this request. Refuses a stranger with `login_required`."""
    me = person()
    if me is None:
        raise Refusal("login_required", "Sign in to do this.")
    return me


def standing() -> Standing:
    """Fresh on every call within a request that changed it: see `look_again`."""
    if "standing" not in g:
        me = person()
        g.standing = standing_of(me, clock.now()) if me else ANONYMOUS
    found: Standing = g.standing
    return found


def look_again() -> None:
    """The balance or the person changed during this request."""
    g.pop("person", None)
    g.pop("standing", None)


def asker() -> Asker:
    if me := person():
        return Asker(standing(), person_id=me.id, network=network(), key=me.api_key)
    return Asker(standing(), visitor=known_visitor(), network=network())


def starter() -> Asker:
    """The asker of a new job. A visitor gets their cookie now, and not for merely looking."""
    if person() is None:
        name_visitor()
    return asker()


def ordered(order: Order = NOTHING, webhook_url: str | None = None, part: str = "") -> Order:
    """An order as this request places it: done once if it comes again. `part` tells its orders apart."""
    return replace(order, once=idempotency.once(part), origin=request.host_url, webhook_url=webhook_url)
