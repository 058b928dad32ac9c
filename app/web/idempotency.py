"""`Idempotency-Key`: a POST that comes again is answered again, and done once.

The request's key is noted with a fingerprint of its body before anything is done, and the answer beside it afterwards.
What must happen once does not rest on that note: jobs and API keys carry `once()` as a unique key of their own, written
in the transaction that makes them. So a server may die anywhere; whoever comes again finds what was done, or does it.
"""

import hashlib
import hmac
import json
import secrets
from datetime import datetime, timedelta

from flask import Flask, Response, g, make_response, request
from sqlalchemy import String, Text, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.extensions import Model, Moment, db, insert_once, settings, transaction
from app.refusals import Refusal
from app.web.kind import for_api

HEADER = "Idempotency-Key"
KEPT = timedelta(hours=24)
LONGEST = 255  # characters of a key
LARGEST = 4_000_000  # characters of an answer that is kept; a longer one is put together anew


class KnownRequest(Model):
    """A request that came with a key, for a day."""

    __tablename__ = "known_requests"

    owner: Mapped[str] = mapped_column(String(80), primary_key=True)
    key: Mapped[str] = mapped_column(String(LONGEST), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))  # of method, path and body; says nothing about them
    nonce: Mapped[str] = mapped_column(String(22))  # another for each day, so that a key can be used again after it
    came_at: Mapped[datetime] = mapped_column(Moment)
    status: Mapped[int | None]
    type: Mapped[str | None] = mapped_column(String(80))
    answer: Mapped[str | None] = mapped_column(Text)


def init_app(app: Flask) -> None:
    app.after_request(keep)


def claim(owner: str) -> Response | None:
    """Note the request's key for its owner. The kept answer if it came before; None if there is still work to do.

    Refuses with `conflict` when the key came with another request, and with `invalid` when it is none.
    """
    key = request.headers.get(HEADER)
    if key is None or request.method != "POST" or not for_api():
        return None
    if not 0 < len(key) <= LONGEST or not key.isprintable():
        raise Refusal("invalid", f"{HEADER} is 1 to {LONGEST} printable characters.", field=HEADER)
    known = _known(owner, key, clock.now())
    if not hmac.compare_digest(known.fingerprint, _fingerprint()):
        raise Refusal("conflict", f"This {HEADER} came with another request before. Take a new one.", field=HEADER)
    if known.answer is not None and known.status is not None:
        response = make_response(known.answer, known.status)
        response.content_type = known.type or "application/json"
        response.headers["Idempotent-Replayed"] = "true"
        return response
    g.known_request = known
    return None


def once(part: str = "") -> str | None:
    """A unique key for what this request makes, and for a part of it; None if it may be done again."""
    known: KnownRequest | None = g.get("known_request")
    if known is None:
        return None
    return hashlib.sha256(f"{known.owner}\n{known.key}\n{known.nonce}\n{part}".encode()).hexdigest()


def came_before() -> bool:
    """Whether this request was begun before, and perhaps done; nobody knows its answer."""
    return bool(g.get("came_before"))


def secret() -> None:
    """The answer to this request holds what must not be kept: it will be made anew."""
    g.pop("known_request", None)


def keep(response: Response) -> Response:
    """Keep the answer to what was done. A refusal did nothing, and a job still running has no answer yet."""
    known: KnownRequest | None = g.pop("known_request", None)
    if known is None or response.status_code != 200 or response.is_streamed or not response.is_json:
        return response
    answer = response.get_data(as_text=True)
    if len(answer) <= LARGEST:
        this = update(KnownRequest).where(
            KnownRequest.owner == known.owner, KnownRequest.key == known.key, KnownRequest.nonce == known.nonce
        )
        with transaction(lasting=False) as tx:  # lost in a power cut, it is put together anew
            tx.execute(this.values(status=200, type=response.content_type, answer=answer))
    return response


def forget_old(now: datetime) -> int:
    with transaction() as tx:
        old = delete(KnownRequest).where(KnownRequest.came_at < now - KEPT)
        return len(tx.execute(old.returning(KnownRequest.key)).all())


def _known(owner: str, key: str, now: datetime) -> KnownRequest:
    """The note of this key, made now if there is none or its day is over."""
    this = (KnownRequest.owner == owner) & (KnownRequest.key == key)
    kept = db.session.scalar(select(KnownRequest).where(this, KnownRequest.came_at >= now - KEPT))
    if kept is not None:
        g.came_before = True
        return kept
    with transaction() as tx:
        tx.execute(delete(KnownRequest).where(this, KnownRequest.came_at < now - KEPT))
        fresh = {"fingerprint": _fingerprint(), "nonce": secrets.token_urlsafe(16), "came_at": now}
        g.came_before = not insert_once(tx, KnownRequest, owner=owner, key=key, **fresh)
        return tx.scalars(select(KnownRequest).where(this)).one()


def _fingerprint() -> str:
    """Of what was asked, whatever order and boundary it was written in. Keyed, for a body may hold a password."""
    said = hmac.new(settings().SECRET_KEY.encode(), digestmod="sha256")
    said.update(f"{request.method} {request.full_path} {request.mimetype}\n".encode())
    if request.mimetype == "multipart/form-data":
        for name, value in sorted(request.form.items(multi=True), key=repr):  # a part may have no name
            said.update(json.dumps([name, value]).encode())
        for name, file in sorted(request.files.items(multi=True), key=lambda pair: str(pair[0])):
            content = hashlib.file_digest(file.stream, "sha256").hexdigest()  # type: ignore[arg-type]
            file.stream.seek(0)
            said.update(json.dumps([name, file.filename, content]).encode())
    else:
        said.update(_canonical(request.get_data(parse_form_data=False)))
    return said.hexdigest()


def _canonical(body: bytes) -> bytes:
    try:
        return json.dumps(json.loads(body), sort_keys=True).encode()
    except (ValueError, RecursionError):
        return body
