"""Who may do what, for every route there is: a route that is not listed here fails."""

from typing import NamedTuple

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app.accounts.models import ANY, SCOPES
from app.studio.tools import WITH_FILES
from app.web.described import description_of
from app.web.kind import API
from tests.bought import paid
from tests.cast import Actor, Cast, Studio, in_the_making, png

OPEN, MINE, SIGNED_IN = "open to all", "the owner's", "signed in only"

ROUTES = {
    "GET /": OPEN,
    "GET /generate": OPEN,
    "POST /generate": OPEN,
    "POST /contests": OPEN,
    "POST /api/contests": OPEN,
    "POST /api/generate": OPEN,
    "GET /history": OPEN,
    "GET /register": OPEN,
    "POST /register": OPEN,
    "GET /login": OPEN,
    "POST /login": OPEN,
    "POST /logout": OPEN,
    "GET /forgot": OPEN,
    "POST /forgot": OPEN,
    "GET /reset/<token>": OPEN,  # of use to whoever has the link: tests/studio/test_reset.py
    "POST /reset/<token>": OPEN,
    "GET /verify/<token>": OPEN,
    "POST /verify/<token>": OPEN,
    "POST /api/password/reset-request": OPEN,
    "POST /api/password/reset": OPEN,
    "POST /api/register": OPEN,
    "POST /api/login": OPEN,
    "POST /api/logout": OPEN,
    "POST /api/auth/register": OPEN,
    "POST /api/auth/login": OPEN,
    "POST /api/images/generate": SIGNED_IN,
    "GET /api/images/history": SIGNED_IN,
    "GET /images/<job:job_id>.<any(png, jpeg, webp):ending>": OPEN,  # until it is switched off, as a share link
    "GET /images/<job:job_id>-<int:number>.<any(png, jpeg, webp):ending>": OPEN,
    "POST /v1/images/generations": SIGNED_IN,
    "POST /v1/images/edits": SIGNED_IN,
    "POST /v1/images/variations": SIGNED_IN,
    "GET /v1/models": SIGNED_IN,
    "GET /v1/models/<name>": SIGNED_IN,
    "GET /site.webmanifest": OPEN,
    "GET /health/live": OPEN,
    "GET /health/ready": OPEN,
    "GET /health/ready/<model>": OPEN,
    "GET /static/<path:filename>": OPEN,
    "GET /<job:job_id>": OPEN,  # a share link, until it is switched off: tests/studio/test_share.py
    "GET /<job:job_id>/<int:number>": OPEN,
    "GET /tools": OPEN,
    "GET /tools/<name>": OPEN,
    "GET /api/tools": OPEN,
    "GET /api/models": OPEN,
    "GET /api/openapi.json": OPEN,
    "GET /docs": OPEN,
    "GET /docs/<slug>": OPEN,
    "GET /docs/reference/<slug>": OPEN,
    "GET /llms.txt": OPEN,
    "POST /docs/try/<operation_id>": SIGNED_IN,
    "POST /tools/<name>": SIGNED_IN,
    **{f"POST /api/{name}": SIGNED_IN for name in WITH_FILES},
    "GET /batches/<job:batch>.zip": MINE,
    "GET /jobs/<job_id>/<any(before, matte, mask):kind>": MINE,
    "GET /jobs/<job_id>/preview/<int:number>": MINE,
    "GET /jobs/<job_id>": MINE,
    "GET /api/job/<job_id>": MINE,
    "POST /jobs/<job_id>/cancellation": MINE,
    "POST /api/job/<job_id>/cancellation": MINE,
    "POST /jobs/<job_id>/repeat": MINE,
    "POST /jobs/<job_id>/sharing": MINE,
    "POST /api/job/<job_id>/sharing": MINE,
    "GET /api/me": SIGNED_IN,
    "GET /api/pricing": OPEN,
    "POST /api/checkout": SIGNED_IN,
    "POST /checkout": SIGNED_IN,
    "GET /checkout/done": SIGNED_IN,  # a stranger's session is not there: tests/studio/test_checkout.py
    "POST /api/portal": SIGNED_IN,
    "POST /portal": SIGNED_IN,
    # The test checkout's links are for whoever has them, as Stripe's are; its desk is for people.
    **dict.fromkeys(
        (
            "GET /test-checkout/pay/<session_id>",
            "POST /test-checkout/pay/<session_id>",
            "GET /test-checkout/portal/<session_id>",
            "GET /test-checkout/portal/<session_id>/change",
            "POST /test-checkout/portal/<session_id>/change",
            "POST /test-checkout/portal/<session_id>/card",
            "POST /test-checkout/portal/<session_id>/cancellation",
            "POST /test-checkout/portal/<session_id>/keeping",
            "GET /test-checkout/invoices/<invoice_id>",
            "POST /test-checkout/invoices/<invoice_id>",
            "GET /test-checkout/invoices/<invoice_id>/pdf",
            "GET /test-checkout/receipts/<charge_id>",
        ),
        OPEN,
    ),
    "GET /test-checkout": SIGNED_IN,
    "POST /test-checkout/clock": SIGNED_IN,
    "POST /test-checkout/refunds": SIGNED_IN,
    "POST /test-checkout/disputes": SIGNED_IN,
    "POST /test-checkout/disputes/<dispute_id>/closing": SIGNED_IN,
    "POST /test-checkout/subscriptions/<subscription_id>/pause": SIGNED_IN,
    "POST /test-checkout/subscriptions/<subscription_id>/resumption": SIGNED_IN,
    "POST /test-checkout/last-attempt": SIGNED_IN,
    "POST /webhooks/stripe": OPEN,  # to whoever signs as Stripe does: tests/payments/test_hearing.py
    "GET /credits": SIGNED_IN,
    "GET /credits.csv": SIGNED_IN,
    "GET /pricing": OPEN,
    "GET /pricing/change": SIGNED_IN,
    "GET /account/billing": SIGNED_IN,
    "GET /account/billing/receipts/<int:payment_id>": SIGNED_IN,  # its owner's: tests/studio/test_billing.py
    "GET /account/spending": SIGNED_IN,
    "POST /account/spending": SIGNED_IN,
    "GET /api/spending": SIGNED_IN,
    "PUT /api/spending": SIGNED_IN,
    "GET /account": SIGNED_IN,
    "POST /account/password": SIGNED_IN,
    "POST /account/verification": SIGNED_IN,
    "POST /account/sessions/<int:sign_in_id>/revocation": SIGNED_IN,
    "POST /account/sessions/revocation": SIGNED_IN,
    "GET /account/keys": SIGNED_IN,
    "POST /account/keys": SIGNED_IN,
    "GET /account/keys/<int:key_id>/rotation": OPEN,  # leads to the keys
    "POST /account/keys/<int:key_id>/rotation": SIGNED_IN,
    "POST /account/keys/<int:key_id>/revocation": SIGNED_IN,
    "GET /api/keys": SIGNED_IN,
    "POST /api/keys": SIGNED_IN,
    "POST /api/keys/<int:key_id>/rotation": SIGNED_IN,
    "DELETE /api/keys/<int:key_id>": SIGNED_IN,
    "DELETE /api/keys": SIGNED_IN,
    "GET /account/webhooks": SIGNED_IN,
    "POST /account/webhooks": SIGNED_IN,
    "POST /account/webhooks/rotation": SIGNED_IN,
    "POST /account/webhooks/test": SIGNED_IN,
    "POST /account/webhooks/deliveries/<int:delivery_id>/resending": SIGNED_IN,
    "GET /api/webhooks": SIGNED_IN,
    "PUT /api/webhooks": SIGNED_IN,
    "POST /api/webhooks/rotation": SIGNED_IN,
    "POST /api/webhooks/test": SIGNED_IN,
    "GET /api/webhooks/deliveries": SIGNED_IN,  # a stranger's are not there: tests/studio/test_webhooks.py
    "GET /api/webhooks/deliveries/<int:delivery_id>": SIGNED_IN,
    "POST /api/webhooks/deliveries/<int:delivery_id>/resending": SIGNED_IN,
}


PARTS = (
    ("<operation_id>", "account_me"),
    ("<int:sign_in_id>", "1"),
    ("<int:key_id>", "1"),
    ("<int:delivery_id>", "1"),
    ("<int:payment_id>", "1"),
    ("<int:number>", "1"),
    ("/v1/models/<name>", "/v1/models/illustrator"),
    ("<name>", "rotate"),
    ("<any(png, jpeg, webp):ending>", "png"),
    ("<any(before, matte, mask):kind>", "before"),
)


BATCH = "B" * 22


BODIES: dict[str, dict[str, object]] = {
    "POST /api/portal": {},
    "POST /api/keys": {"name": "mine"},
    "DELETE /api/keys": {"id": 1},
    "POST /api/keys/<int:key_id>/rotation": {},
    "PUT /api/webhooks": {"url": None},
    "PUT /api/spending": {"monthly_cap": 500},
}


class Route(NamedTuple):
    method: str
    path: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def asked_by(self, actor: Actor, job_id: str, *, form: bool = True) -> int:
        """The status of the answer. Without `form` a page's form is sent as a program would, without its token."""
        path = self.path
        for part, value in (("<job_id>", job_id), ("<job:batch>", job_id), ("<job:job_id>", job_id), *PARTS):
            path = path.replace(part, value)
        if self.method == "GET":
            return actor.get(path).status_code
        if self.path.startswith(API):
            return actor.ask(self.method.lower(), path, json=BODIES.get(str(self), {"on": True})).status_code
        return actor.press(path, on="1").status_code if form else actor.post(path, data={"on": "1"}).status_code


def listed(who: str) -> list[Route]:
    return [Route(*route.split(" ", 1)) for route, may in ROUTES.items() if may == who]


def test_every_route_is_listed(app: Flask) -> None:
    def names(rule: Rule) -> set[str]:
        return {f"{method} {rule.rule}" for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}

    assert set().union(*map(names, app.url_map.iter_rules())) == set(ROUTES)


@pytest.mark.parametrize("route", listed(MINE), ids=str)
def test_what_is_the_owners_is_not_there_for_strangers(cast: Cast, studio: Studio, route: Route) -> None:
    if "batch" in route.path or "kind" in route.path:
        made = cast.ann.uses("rotate", png(), batch=BATCH)
        job_id = BATCH if "batch" in route.path else made
        studio.works("tools")
    elif "preview" in route.path:
        job_id = in_the_making(cast.ann)
    else:
        job_id = cast.ann.starts()
    if "sharing" in route.path:
        studio.works()
    strangers = {route.asked_by(cast.ben, job_id), route.asked_by(cast.guest(), job_id)}
    assert strangers <= {404, 401}
    assert route.asked_by(cast.ben, job_id) == route.asked_by(cast.ben, "0" * 22) == 404
    assert route.asked_by(cast.ann, job_id) in {200, 303}


@pytest.mark.parametrize("route", listed(SIGNED_IN), ids=str)
def test_what_needs_an_account_sends_a_guest_to_the_sign_in(cast: Cast, route: Route) -> None:
    cast.ann.makes_key()
    cast.ann.hears_at("https://hooks.limn.example/")
    cast.ann.post("/api/webhooks/test")
    paid(cast.ann)
    assert route.asked_by(cast.guest(), "") in {401, 302}
    assert route.asked_by(cast.ann, "") not in {401, 302, 403, 404}


SHARED = [route for route in listed(OPEN) if route.path.startswith(("/<job:", "/images/"))]
CLOSED = {"GET": "read", "POST": None, "DELETE": None}  # what a key needs where nothing is described


def needed(app: Flask, route: Route) -> str | None:
    """The scope that opens a route to a key."""
    for rule in app.url_map.iter_rules():
        if rule.rule == route.path and route.method in (rule.methods or ()):
            with app.app_context():
                found = description_of(rule.endpoint)
            return found.scope if found else CLOSED[route.method]
    raise AssertionError(f"there is no route {route}")


@pytest.mark.parametrize("route", [*listed(OPEN), *listed(MINE), *listed(SIGNED_IN)], ids=str)
def test_a_key_opens_what_its_scopes_say_and_no_more(app: Flask, cast: Cast, route: Route) -> None:
    """Another scope than the one that is needed: 403. No key makes keys, changes the account or fills in a form."""
    if "static" in route.path:
        return
    scope = needed(app, route)
    others = [other for other in SCOPES if other not in (scope or "").split(" or ")]
    answer = route.asked_by(cast.ann.program(scopes=others), "0" * 22, form=False)
    if route in SHARED:
        assert answer == 404  # as for everybody: there is no such picture
    elif route.method == "POST" and not route.path.startswith(API):
        assert answer in {400, 403}  # a form of which it has no token
    else:
        assert (answer == 403) == (scope != ANY)
