"""One act at the test checkout: everything it reads, changes and tells comes true together, one act after the other."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import Select, insert, select, update
from sqlalchemy.orm import Session

from app.extensions import db, insert_once, transaction
from app.till import due
from app.till.errors import TillError, missing
from app.till.models import TillEvent, TillObject

Obj = dict[str, Any]

API_VERSION = "2026-10-28.endive"
_TURN = "till"  # the row that acts take turns by, and that counts


def new_id(prefix: str) -> str:
    return f"{prefix}_{token_hex(12)}"


def shown(obj: Obj) -> Obj:
    """An object as the API shows it: without what only the test checkout knows of it."""
    return {name: value for name, value in obj.items() if name != "_till"}


class Act:
    """Objects are alive within an act: whoever gets one twice gets the same one. `now` is in epoch seconds."""

    def __init__(self, session: Session, now: datetime, turn: Obj) -> None:
        self.session = session
        self.now = int(now.timestamp())
        self.turn = turn
        self.request_key: str | None = None
        self.fails_with: TillError | None = None  # what was done stays done, and the answer is this
        self._alive: dict[str, Obj] = {}
        self._before: dict[str, Obj] = {}

    @property
    def after_last_attempt(self) -> str:
        """Stripe's setting for a payment that failed for good: the subscription is `canceled`, or stays `unpaid`."""
        return str(self.turn.get("after_last_attempt", "canceled"))

    def find(self, id: str) -> Obj | None:  # noqa: A002 as Stripe calls it
        if id in self._alive:
            return self._alive[id]
        body = self.session.execute(select(TillObject.body).where(TillObject.id == id)).scalar()
        return self._met(body) if body is not None else None

    def get(self, kind: str, id: str, param: str = "id") -> Obj:  # noqa: A002
        """Raises Stripe's `resource_missing`."""
        found = self.find(id)
        if found is None or found["object"] != kind:
            raise missing(kind, id, param)
        return found

    def all(self, kind: str, customer: str | None = None) -> list[Obj]:
        """Every object of a kind, the newest first."""
        query = select(TillObject.body).where(TillObject.kind == kind).order_by(TillObject.number.desc())
        return self._many(query if customer is None else query.where(TillObject.customer == customer))

    def first_due(self, until: datetime) -> Obj | None:
        """What happens next by itself."""
        query = select(TillObject.body).where(TillObject.due_at <= until)
        body = self.session.execute(query.order_by(TillObject.due_at, TillObject.number).limit(1)).scalar()
        return self._met(body) if body is not None else None

    def add(self, obj: Obj) -> Obj:
        self.turn["last"] += 1
        row = {"id": obj["id"], "number": self.turn["last"], "kind": obj["object"], "body": obj}
        self.session.execute(insert(TillObject).values(**row, **_columns(obj)))
        self._alive[obj["id"]], self._before[obj["id"]] = obj, deepcopy(obj)
        return obj

    def save(self, obj: Obj) -> Obj:
        """Write what was changed. What it was before, for the fields that differ."""
        before = self._before[obj["id"]]
        previous = {name: before[name] for name in before if name != "_till" and obj[name] != before[name]}
        where = update(TillObject).where(TillObject.id == obj["id"])
        self.session.execute(where.values(body=obj, **_columns(obj)))
        self._before[obj["id"]] = deepcopy(obj)
        return previous

    def tell(self, type: str, obj: Obj) -> None:  # noqa: A002
        """Save an object and tell the webhook of it. That something was updated is told where it was."""
        previous = self.save(obj)
        if type.endswith(".updated") and not previous:
            return
        data = {"object": shown(obj)} | ({"previous_attributes": previous} if type.endswith(".updated") else {})
        event = {
            "id": new_id("evt"),
            "object": "event",
            "api_version": API_VERSION,
            "created": self.now,
            "data": data,
            "livemode": False,
            "pending_webhooks": 1,
            "request": {"id": None, "idempotency_key": self.request_key},
            "type": type,
        }
        row = {"id": event["id"], "type": type, "body": json.dumps(event), "answer": ""}
        self.session.execute(insert(TillEvent).values(created_at=moment(self.now), **row))

    def _many(self, query: "Select[tuple[dict[str, Any]]]") -> list[Obj]:
        return [self._met(body) for body in self.session.execute(query).scalars()]

    def _met(self, body: Obj) -> Obj:
        """The living one, if this act has met it before."""
        if body["id"] not in self._alive:
            self._alive[body["id"]], self._before[body["id"]] = body, deepcopy(body)
        return self._alive[body["id"]]


def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@contextmanager
def acting(now: datetime) -> Iterator[Act]:
    """One act that may write. Others wait for it: two who pay at once do so one after the other."""
    with transaction() as tx:
        turn = _take_turn(tx)
        act = Act(tx, now, turn)
        yield act
        tx.execute(update(TillObject).where(TillObject.id == _TURN).values(body=dict(turn)))


def reading(now: datetime) -> Act:
    """A look at the objects. What it finds must not be changed."""
    turn = db.session.execute(select(TillObject.body).where(TillObject.id == _TURN)).scalar()
    return Act(db.session(), now, turn or {})


def _take_turn(tx: Session) -> Obj:
    row = {"id": _TURN, "number": 0, "kind": _TURN, "body": {"last": 0, "origin": ""}}
    insert_once(tx, TillObject, **row)
    # The lock orders acts on PostgreSQL; on SQLite the transaction itself does.
    return dict(tx.execute(select(TillObject.body).where(TillObject.id == _TURN).with_for_update()).scalar_one())


def _columns(obj: Obj) -> dict[str, Any]:
    when = due.of(obj)
    customer = obj.get("customer") or obj.get("_till", {}).get("customer")
    return {"customer": customer, "due_at": moment(when) if when is not None else None}
