"""API keys: the page where they are made and ended, and the same as calls."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from app import clock
from app.accounts import keys
from app.accounts.models import ANY, SCOPES, ApiKey
from app.extensions import db
from app.jobs import ordering
from app.jobs.spent import spent_by_key
from app.refusals import Refusal
from app.studio.answers import Done, KeyDescription, KeyList, KeyMade
from app.studio.visit import signed_in
from app.toolkit import Params, field, parse
from app.web import idempotency
from app.web.body import json_object
from app.web.described import described

blueprint = Blueprint("keys", __name__)

OVERLAP = 24  # hours
WEEK = 168
LASTING = {"": "as long as it is not revoked", "30": "30 days", "90": "90 days", "365": "a year"}


def _known_scopes(scopes: list[str]) -> list[str]:
    if not scopes or not set(scopes) <= set(SCOPES):
        raise PydanticCustomError("scopes", f"choose from {', '.join(SCOPES)}")
    return [scope for scope in SCOPES if scope in scopes]


class KeyParams(Params):
    name: str = field(..., label="Name", help="What it is for, for your own eyes.", min_length=1, max_length=80)
    scopes: Annotated[list[str], AfterValidator(_known_scopes)] = field(
        list(SCOPES), label="Scopes", help="What it may do: any of generate, tools, read; left out, all of them."
    )
    monthly_cap: int | None = field(
        None, label="Monthly cap", help="Credits it may spend in a calendar month.", ge=1, le=100_000_000
    )
    expires_days: int | None = field(
        None, label="Expires after", help="Days until it opens nothing any more.", ge=1, le=3650
    )


class RotationParams(Params):
    overlap_hours: int = field(OVERLAP, label="Overlap", help="Hours for which the old key opens, too.", ge=0, le=WEEK)


class RevocationParams(Params):
    id: int = field(..., label="Id", help="Of the key.", ge=1, le=2**31 - 1)


@blueprint.get("/account/keys")
def show() -> ResponseReturnValue:
    return _page()


@blueprint.post("/account/keys")
def create() -> ResponseReturnValue:
    """The page with the new key on it. Sent again, as by loading it again, the form makes the same key."""
    given: dict[str, Any] = {name: value for name, value in request.form.items() if value}
    form, token = given | {"scopes": request.form.getlist("scopes")}, given.get("once", "")
    for name in ("csrf_token", "once"):
        form.pop(name, None)
    try:
        text, _ = _create(parse(KeyParams, form), f"form {token}")
    except Refusal as refusal:
        return _page(given=form, refusal=refusal), 422
    return _page(made=text)


@blueprint.get("/account/keys/<int:key_id>/rotation")
def rotated(key_id: int) -> ResponseReturnValue:  # noqa: ARG001
    """Whoever comes back to the address of a rotation wants to see the keys."""
    return redirect(url_for("keys.show"))


@blueprint.post("/account/keys/<int:key_id>/rotation")
def rotate(key_id: int) -> ResponseReturnValue:
    """As with a new key: the one of this form, and sent again the same."""
    token = f"form {key_id} {request.form.get('once', '')}"
    return _page(made=_rotate(key_id, OVERLAP, token))


@blueprint.post("/account/keys/<int:key_id>/revocation")
def revoke(key_id: int) -> ResponseReturnValue:
    _revoke(key_id)
    flash("The key is revoked. Nothing opens with it any more.")
    return redirect(url_for("keys.show"), 303)


@blueprint.get("/api/keys")
@described("Your API keys", section="keys", scope="read", answers={200: KeyList})
def list_json() -> ResponseReturnValue:
    return {"ok": True, "keys": [description.model_dump(mode="json") for description in _descriptions()]}


@blueprint.post("/api/keys")
@described(
    "Make an API key",
    section="keys",
    scope=None,
    answers={200: KeyMade},
    body=KeyParams,
    errors=("conflict",),
    help="The answer holds the key, and is the only one that does. No key can make keys: sign in for it.",
)
def create_json() -> ResponseReturnValue:
    text, key = _create(parse(KeyParams, json_object(), strict=True), idempotency.once())
    idempotency.secret()
    return {"ok": True, "key": text, "id": key.id}


@blueprint.post("/api/keys/<int:key_id>/rotation")
@described(
    "Put a new key in an old one's place",
    section="keys",
    scope=None,
    answers={200: KeyMade},
    body=RotationParams,
    help="Name, scopes, cap and id stay. The old key opens for the overlap, so that programs can change in peace.",
)
def rotate_json(key_id: int) -> ResponseReturnValue:
    hours = parse(RotationParams, json_object() if request.get_data() else {}, strict=True).overlap_hours
    text = _rotate(key_id, hours, idempotency.once())
    idempotency.secret()
    return {"ok": True, "key": text, "id": key_id}


@blueprint.delete("/api/keys/<int:key_id>")
@described(
    "Revoke an API key",
    section="keys",
    scope=ANY,
    answers={200: Done},
    help="At once, with the one it was rotated from. A key can revoke itself, and no other.",
)
def revoke_json(key_id: int) -> ResponseReturnValue:
    _revoke(key_id)
    return {"ok": True}


@blueprint.delete("/api/keys")
@described(
    "Revoke an API key, named in the body",
    section="keys",
    scope=ANY,
    answers={200: Done},
    body=RevocationParams,
)
def revoke_named_json() -> ResponseReturnValue:
    _revoke(parse(RevocationParams, json_object(), strict=True).id)
    return {"ok": True}


def _create(wanted: KeyParams, once: str | None) -> tuple[str, ApiKey]:
    me, now = signed_in(), clock.now()
    return keys.create(
        me.id,
        wanted.name,
        wanted.scopes,
        now,
        expires_at=now + timedelta(days=wanted.expires_days) if wanted.expires_days else None,
        monthly_cap=wanted.monthly_cap,
        once=f"{me.id} {once}" if once else None,
    )


def _rotate(key_id: int, hours: int, once: str | None) -> str:
    me = signed_in()
    return keys.rotate(me.id, key_id, timedelta(hours=hours), clock.now(), f"{me.id} rotation {once}" if once else None)


def _revoke(key_id: int) -> None:
    me = signed_in()
    if me.api_key is not None and me.api_key.id != key_id:
        raise Refusal("insufficient_scope", "A key can revoke itself, and no other. Sign in instead.")
    if not keys.revoke(me.id, key_id, clock.now()):
        raise Refusal("not_found", "There is no such key.")


def _page(made: str = "", given: dict[str, Any] | None = None, refusal: Refusal | None = None) -> str:
    return render_template(
        "accounts/keys.html",
        keys=_descriptions(),
        made=made,
        given=given or {"scopes": list(SCOPES)},
        errors={str(refusal.facts.get("field", "")): refusal.message} if refusal else {},
        once=ordering.new_id(),
        scopes=SCOPES,
        lasting=LASTING,
        overlap=OVERLAP,
        nav="keys",
    )


def _descriptions() -> list[KeyDescription]:
    now = clock.now()
    return [_description(key, now) for key in keys.all_of(signed_in().id, now)]


def _description(key: ApiKey, now: datetime) -> KeyDescription:
    return KeyDescription(
        id=key.id,
        name=key.name,
        start=key.start,
        scopes=key.scopes.split(),
        monthly_cap=key.monthly_cap,
        spent_this_month=spent_by_key(db.session, key.id, now),
        created_at=key.created_at,
        expires_at=key.expires_at,
        used_at=key.used_at,
        previous_until=key.previous_until if key.previous_until and key.previous_until > now else None,
    )
