"""Stripe's HTTP API, as the test checkout speaks it."""

import json
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, select

from app.extensions import insert_once
from app.till.endpoints import checkout, invoices, money, portal, shop, subscriptions, telling
from app.till.endpoints.params import Asked, Route, parse
from app.till.errors import TillError
from app.till.expanding import expand
from app.till.models import TillRequest
from app.till.store import Act, Obj, acting, moment, reading, shown

ROUTES = (
    *shop.ROUTES,
    *checkout.ROUTES,
    *subscriptions.ROUTES,
    *invoices.ROUTES,
    *money.ROUTES,
    *portal.ROUTES,
    *telling.ROUTES,
)
KEPT_FOR = 24 * 3_600
Answer = tuple[int, dict[str, Any]]


def answer(method: str, path: str, params: dict[str, Any], key: str | None, now: datetime) -> Answer:
    """HTTP status and JSON. A key that comes again gets the answer of the first time."""
    try:
        route, found = _route(method.upper(), path)
        given = parse(route.params, params)
        if route.method == "GET":
            return 200, _show(reading(now), route.handler, given, found)
        with acting(now) as act:
            return _once(act, route, given, found, key, _fingerprint(method, path, params))
    except TillError as error:
        return error.status, error.body


def _once(act: Act, route: Route, given: Asked, found: list[str], key: str | None, fingerprint: str) -> Answer:
    if key is None:
        return _act(act, route, given, found)
    before = _answered(act, key, fingerprint)
    if before:
        return before
    act.request_key = key
    status, body = _act(act, route, given, found)
    row = {"key": key, "fingerprint": fingerprint, "status": status, "answer": json.dumps(body)}
    insert_once(act.session, TillRequest, came_at=moment(act.now), **row)
    return status, body


def _answered(act: Act, key: str, fingerprint: str) -> Answer | None:
    """Stripe forgets a key after a day."""
    act.session.execute(delete(TillRequest).where(TillRequest.came_at < moment(act.now - KEPT_FOR)))
    query = select(TillRequest.fingerprint, TillRequest.status, TillRequest.answer).where(TillRequest.key == key)
    row = act.session.execute(query).first()
    if row and row.fingerprint != fingerprint:
        message = f"Keys for idempotent requests can only be used with the same parameters: '{key}' was used before."
        raise TillError(400, message, type="idempotency_error")
    return (row.status, json.loads(row.answer)) if row else None


def _act(act: Act, route: Route, given: Asked, found: list[str]) -> Answer:
    body = _show(act, route.handler, given, found)
    return (act.fails_with.status, act.fails_with.body) if act.fails_with else (200, body)


def _show(act: Act, handler: Any, given: Asked, found: list[str]) -> Obj:
    obj: Obj = handler(act, given, *found)
    if obj["object"] == "list":
        obj = obj | {"data": [shown(one) for one in obj["data"]]}
    return expand(act, obj, given.expand)


def _route(method: str, path: str) -> tuple[Route, list[str]]:
    for route in ROUTES:
        found = _match(route.path, path)
        if route.method == method and found is not None:
            return route, found
    raise TillError(404, f"Unrecognized request URL ({method}: {path}): the test checkout does not know it.")


def _match(pattern: str, path: str) -> list[str] | None:
    """What stands at the places of a path. Words before places: `create_preview` is no id."""
    wanted, given = pattern.split("/"), path.rstrip("/").split("/")
    if len(wanted) != len(given):
        return None
    found = [part for place, part in zip(wanted, given, strict=True) if place == "{id}"]
    plain = all(place in ("{id}", part) for place, part in zip(wanted, given, strict=True))
    return found if plain else None


def _fingerprint(method: str, path: str, params: dict[str, Any]) -> str:
    return sha256(json.dumps([method.upper(), path, params], sort_keys=True).encode()).hexdigest()
