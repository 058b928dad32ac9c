"""What there is to tell, written in the transaction that makes it true: a job that ended is told of, or did not end."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from app.extensions import insert_once, lanes, settings, transaction
from app.refusals import Refusal
from app.webhooks import receiver
from app.webhooks.messages import JobFacts, JobMessage, Message, MessageError, TryOut, TryOutMessage
from app.webhooks.models import Delivery, Webhook

LANE = "messages"
TEST: Literal["webhook.test"] = "webhook.test"
MOST_TESTS = 10
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Ended:
    """A job at its end. `pictures` are the numbers of its results, `credit_cost` what was charged in the end."""

    job_id: str
    person_id: int | None
    tool: str
    status: str
    credit_cost: int
    origin: str
    webhook_url: str | None
    pictures: tuple[int, ...] = ()
    error: tuple[str, str] | None = None


def post(tx: Session, ended: Ended, now: datetime) -> None:
    """Tell the job's own address and the account's, each once. The lane is woken when the transaction is through."""
    if ended.person_id is None:  # a guest has no secret to sign with
        return
    webhook = tx.get(Webhook, ended.person_id)
    urls = {"job": ended.webhook_url, "account": webhook.url if webhook else None}
    if urls["account"] == urls["job"]:
        del urls["account"]
    for target, url in urls.items():
        if url:
            row = _row(ended.person_id, _message(ended, now), now)
            _write(tx, {**row, "job_id": ended.job_id, "target": target, "url": url})


def post_test(person_id: int, now: datetime, once: str | None = None) -> int:
    """A message that tells of nothing, to try the account's address: its id. Refuses with `invalid` without one.

    The same `once` makes one message. Refuses with `rate_limited` more than a person presses in a minute.
    """
    told = TryOut(message="This is a test. Your address hears of every job from now on.")
    row = _row(person_id, TryOutMessage(type=TEST, timestamp=_second(now), data=told), now)
    message_id = _message_id(once)
    with transaction() as tx:
        webhook = receiver.held(tx, person_id)
        if webhook.url is None:
            raise Refusal("invalid", "Set an address first.", field="url")
        _refuse_too_many_tests(tx, person_id, now)
        _write(tx, {**row, "target": "account", "url": webhook.url}, message_id)
        return tx.scalars(select(Delivery.id).where(Delivery.message == message_id)).one()


def _refuse_too_many_tests(tx: Session, person_id: int, now: datetime) -> None:
    fresh = (Delivery.person_id == person_id, Delivery.type == TEST, Delivery.created_at > now - MINUTE)
    if (tx.scalar(select(func.count()).where(*fresh)) or 0) >= MOST_TESTS:
        raise Refusal("rate_limited", "Ten tests went out in this minute. Wait for the next one.", retry_after=60)


def wake_after(tx: Session) -> None:
    """Wake the lane once this transaction is through. A crash in between costs a second: it also looks by itself."""
    event.listen(tx, "after_commit", lambda _: lanes[LANE].wake(), once=True)


def _row(person_id: int, message: Message, now: datetime) -> dict[str, Any]:
    body = message.model_dump_json(exclude_unset=True)
    return {"person_id": person_id, "type": message.type, "body": body, "created_at": now, "next_at": now}


def _write(tx: Session, row: dict[str, Any], message_id: str | None = None) -> None:
    receiver.held(tx, row["person_id"])  # it will have to be signed
    if insert_once(tx, Delivery, message=message_id or _message_id(), **row):
        wake_after(tx)


def _message_id(once: str | None = None) -> str:
    """It has no dot, which parts it from what is signed beside it."""
    return f"msg_{(once or secrets.token_hex(16))[:32]}"


def _message(ended: Ended, now: datetime) -> JobMessage:
    told = {"type": f"job.{ended.status}", "timestamp": _second(now), "data": _facts(ended)}
    return JobMessage.model_validate(told)


def _second(now: datetime) -> datetime:
    return now.replace(microsecond=0)


def _facts(ended: Ended) -> JobFacts:
    site = settings().PUBLIC_URL.rstrip("/") or ended.origin
    pages = [f"{site}/{ended.job_id}" + (f"/{number}" if number > 1 else "") for number in ended.pictures]
    images = [f"{page}?raw=1" for page in pages]
    facts = {
        "job_id": ended.job_id,
        "tool": ended.tool,
        "status": ended.status,
        "count": len(pages),
        "images": images,
        "image_url": images[0] if images else None,
        "share_urls": pages,
        "share_url": pages[0] if pages else None,
        "credit_cost": ended.credit_cost,
    }
    if ended.error:
        code, message = ended.error
        facts["error"] = MessageError(code=code, message=message)
    return JobFacts.model_validate(facts)
