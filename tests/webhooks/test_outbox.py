"""The outbox: a job's end and the message that tells of it are one, on both databases."""

import json
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.extensions import db, lanes, transaction
from app.jobs import lifecycle
from app.jobs.lifecycle import LEASE, MOST_LOST_LEASES
from app.jobs.models import Job, State
from app.refusals import Refusal
from app.webhooks import log, outbox
from app.webhooks.models import Delivery
from app.webhooks.outbox import Ended
from tests.cast import Cast, Studio
from tests.conftest import Clock, MakeApp

ACCOUNT, JOB = "https://hooks.example/all", "https://hooks.example/one"


@pytest.fixture
def cast(any_app: Flask, time: Clock) -> Cast:
    return Cast(any_app)


@pytest.fixture
def studio(any_app: Flask) -> Studio:
    return Studio(any_app)


def deliveries() -> list[Delivery]:
    db.session.remove()
    return list(db.session.scalars(select(Delivery).order_by(Delivery.id)))


def told() -> Counter[tuple[str, str]]:
    """How often what was written for whom."""
    return Counter((delivery.type, delivery.url) for delivery in deliveries())


def only_body() -> dict[str, Any]:
    [delivery] = deliveries()
    return dict(json.loads(delivery.body))


def test_a_picture_that_is_done_is_told_of_once(cast: Cast, studio: Studio) -> None:
    job_id = cast.ann.starts(webhook_url=JOB, count=2)
    assert told() == {}
    studio.works()
    [delivery] = deliveries()
    site = f"http://localhost/{job_id}"
    assert json.loads(delivery.body) == {
        "type": "job.succeeded",
        "timestamp": "2026-11-20T12:00:00Z",
        "data": {
            "job_id": job_id,
            "tool": "generate",
            "status": "succeeded",
            "count": 2,
            "images": [f"{site}?raw=1", f"{site}/2?raw=1"],
            "image_url": f"{site}?raw=1",
            "share_urls": [site, f"{site}/2"],
            "share_url": site,
            "credit_cost": 40,
        },
    }
    assert (delivery.job_id, delivery.target, delivery.url) == (job_id, "job", JOB)
    assert delivery.message.startswith("msg_")
    assert "." not in delivery.message


def test_the_addresses_it_tells_answer(cast: Cast, studio: Studio) -> None:
    cast.ann.starts(webhook_url=JOB)
    studio.works()
    told = only_body()["data"]
    for url in (told["image_url"], told["share_url"]):
        assert cast.guest().get(url.removeprefix("http://localhost")).status_code == 200


def test_a_failure_is_told_with_its_reason_and_cost_nothing(cast: Cast, studio: Studio) -> None:
    studio.engine.fails_with = Refusal("engine_unavailable", "The brushes are out.")
    cast.ann.starts(webhook_url=JOB)
    studio.works()
    told = only_body()
    assert told["type"] == "job.failed"
    assert told["data"]["error"] == {"code": "engine_unavailable", "message": "The brushes are out."}
    assert (told["data"]["credit_cost"], told["data"]["images"], told["data"]["image_url"]) == (0, [], None)


def test_what_is_canceled_is_told_of_once_however_often_it_is_canceled(cast: Cast) -> None:
    job_id = cast.ann.starts(webhook_url=JOB)
    for _ in range(2):
        cast.ann.post(f"/api/job/{job_id}/cancellation")
    assert told() == {("job.canceled", JOB): 1}


def test_what_its_workers_all_died_of_is_told_of_by_the_sweep(cast: Cast, time: Clock) -> None:
    cast.ann.starts(webhook_url=JOB)
    for _ in range(MOST_LOST_LEASES):
        assert lifecycle.claim("illustrator", time.now())
        time.forward(seconds=LEASE.total_seconds() + 1)
        lifecycle.sweep(time.now())
    assert told() == {("job.failed", JOB): 1}


def test_the_accounts_address_hears_of_every_job_and_a_jobs_own_of_that_one(cast: Cast, studio: Studio) -> None:
    cast.ann.hears_at(ACCOUNT)
    cast.ann.starts(webhook_url=JOB)
    cast.ann.starts()
    cast.ben.starts()
    studio.works()
    assert told() == {("job.succeeded", ACCOUNT): 2, ("job.succeeded", JOB): 1}


def test_an_address_that_is_both_hears_once(cast: Cast, studio: Studio) -> None:
    cast.ann.hears_at(ACCOUNT)
    cast.ann.starts(webhook_url=ACCOUNT)
    studio.works()
    assert told() == {("job.succeeded", ACCOUNT): 1}


def test_nobody_is_told_where_nobody_asked(cast: Cast, studio: Studio) -> None:
    cast.ann.starts()
    cast.guest().starts()
    studio.works()
    assert told() == {}


def test_an_account_without_an_address_any_more_is_told_nothing(cast: Cast, studio: Studio) -> None:
    cast.ann.hears_at(ACCOUNT)
    cast.ann.hears_at(None)
    cast.ann.starts()
    studio.works()
    assert told() == {}


def test_a_worker_that_lost_its_claim_tells_nothing(cast: Cast, time: Clock) -> None:
    cast.ann.starts(webhook_url=JOB)
    late = lifecycle.claim("illustrator", time.now())
    assert late
    time.forward(seconds=LEASE.total_seconds() + 1)
    assert lifecycle.claim("illustrator", time.now())
    assert not lifecycle.finish(late, [], {}, time.now())
    assert not lifecycle.fail(late, "internal", "too late", time.now())
    assert told() == {}


def test_the_lane_is_woken_once_it_is_written_and_not_when_it_is_not(
    cast: Cast, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    ann = cast.ann  # whose registration wakes the same lane, with a mail
    monkeypatch.setattr(lanes["messages"], "wake", lambda: seen.append(len(deliveries())))
    ann.starts(webhook_url=JOB)
    with pytest.raises(ZeroDivisionError), transaction() as tx:  # noqa: PT012  (it is written, and then it is not)
        outbox.post(tx, ended(db.session.scalars(select(Job)).one()), clock.now())
        raise ZeroDivisionError
    assert seen == []
    studio.works()
    assert seen == [1]


def test_a_job_ends_once_even_where_it_is_told_twice(cast: Cast) -> None:
    cast.ann.starts(webhook_url=JOB)
    job = db.session.scalars(select(Job)).one()
    for _ in range(2):
        with transaction() as tx:
            outbox.post(tx, ended(job), clock.now())
    assert told() == {("job.succeeded", JOB): 1}


def test_old_messages_are_forgotten_and_those_that_wait_are_not(cast: Cast, time: Clock) -> None:
    for url in (JOB, ACCOUNT):
        cast.ann.post(f"/api/job/{cast.ann.starts(webhook_url=url)}/cancellation")
    with transaction() as tx:
        tx.get_one(Delivery, deliveries()[0].id).state = "delivered"
    assert log.forget_old(time.now() + timedelta(days=30)) == 0
    assert log.forget_old(time.now() + timedelta(days=30, seconds=1)) == 1
    assert told() == {("job.canceled", ACCOUNT): 1}


def test_the_public_address_goes_before_the_one_it_was_ordered_at(make_app: MakeApp, time: Clock) -> None:
    app = make_app(PUBLIC_URL="https://limn.example")
    with app.app_context():
        job_id = Cast(app).ann.starts(webhook_url=JOB)
        Studio(app).works()
        assert only_body()["data"]["share_url"] == f"https://limn.example/{job_id}"


def ended(job: Job) -> Ended:
    return Ended(
        job_id=job.id,
        person_id=job.person_id,
        tool=job.tool,
        status=State.SUCCEEDED,
        credit_cost=job.price,
        origin=job.origin,
        webhook_url=job.webhook_url,
        pictures=(1,),
    )
