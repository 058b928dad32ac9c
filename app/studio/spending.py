"""Spending: what this month cost, by hand and by key, and the cap on it. The page, and the same as calls."""

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.accounts import caps
from app.accounts.models import ApiKey, Person
from app.extensions import db
from app.jobs.allowed import NEAR
from app.jobs.spent import month_after, month_of, spent_by_each
from app.refusals import Refusal
from app.studio.spending_answers import Spending, SpentByKey
from app.studio.visit import signed_in
from app.toolkit import Params, field, parse
from app.web.body import json_object
from app.web.described import described

blueprint = Blueprint("spending", __name__)


class CapParams(Params):
    monthly_cap: int | None = field(
        ...,
        label="Monthly cap",
        help="The most credits a calendar month (UTC) may cost; null takes the cap away.",
        ge=1,
        le=caps.LARGEST,
    )


@blueprint.get("/account/spending")
def show() -> ResponseReturnValue:
    return _page()


@blueprint.post("/account/spending")
def set_cap() -> ResponseReturnValue:
    given = request.form.get("monthly_cap", "").strip()
    try:
        cap = parse(CapParams, {"monthly_cap": given or None}).monthly_cap
    except Refusal as refusal:
        return _page(given, refusal), 422
    caps.set_cap(signed_in().id, cap)
    flash(f"A month costs {cap:,} credits at most from now on." if cap else "There is no cap on a month any more.")
    return redirect(url_for("spending.show"), 303)


@blueprint.get("/api/spending")
@described("What this month cost, and the cap on it", section="billing", scope="read", answers={200: Spending})
def show_json() -> ResponseReturnValue:
    return _spending(signed_in(), clock.now()).model_dump(mode="json")


@blueprint.put("/api/spending")
@described(
    "Set the most that a month may cost",
    section="billing",
    scope=None,
    answers={200: Spending},
    body=CapParams,
    help="A job that would go beyond it is refused with `spending_cap`. At 80 % a mail tells. No key can set it.",
)
def set_cap_json() -> ResponseReturnValue:
    me = signed_in()
    caps.set_cap(me.id, parse(CapParams, json_object(), strict=True).monthly_cap)
    return _spending(me, clock.now()).model_dump(mode="json")


def _page(given: str | None = None, refusal: Refusal | None = None) -> str:
    now = clock.now()
    spending = _spending(signed_in(), now)
    return render_template(
        "billing/spending.html",
        spending=spending,
        month=month_of(now),
        near=NEAR,
        given=spending.monthly_cap or "" if given is None else given,
        wrong=refusal.message if refusal else "",
        nav="spending",
    )


def _spending(me: Person, now: datetime) -> Spending:
    spent = spent_by_each(db.session, me.id, now)
    keys = caps.keys_of(me.id).values()
    return Spending(
        ok=True,
        monthly_cap=caps.cap_of(me.id),
        spent=sum(spent.values()),
        by_hand=spent.get(None, 0),
        by_key=[_by_key(key, spent.get(key.id, 0)) for key in keys if key.id in spent or _opens(key, now)],
        resets_at=month_after(now),
    )


def _by_key(key: ApiKey, spent: int) -> SpentByKey:
    return SpentByKey(id=key.id, name=key.name, spent=spent, monthly_cap=key.monthly_cap)


def _opens(key: ApiKey, now: datetime) -> bool:
    return key.revoked_at is None and (key.expires_at is None or key.expires_at > now)
