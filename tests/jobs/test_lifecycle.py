"""The life of a job, on each database: every step once, whoever comes second changes nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts import people
from app.billing.plans import PLANS
from app.billing.standing import Standing, standing_of, welcome
from app.credits import statement
from app.credits.models import Line
from app.credits.reconcile import discrepancies
from app.extensions import db
from app.jobs import lifecycle
from app.jobs.asker import Asker
from app.jobs.lifecycle import LEASE, MOST_ERRORS, MOST_LOST_LEASES, Claim
from app.jobs.models import GuestCounter, Job
from app.refusals import Refusal
from app.tools.generate import GenerateParams, tool
from tests.cast import Cast
from tests.conftest import Clock

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SILENT = LEASE + timedelta(seconds=1)


@pytest.fixture
def ann(any_app: Flask) -> Asker:
    person = people.register("ann@limn.example", "correct horse", NOW)
    welcome(person, NOW)
    return Asker(standing_of(person, NOW), person_id=person.id)


def start(asker: Asker, now: datetime = NOW, **params: object) -> str:
    return lifecycle.start(asker, tool, GenerateParams.model_validate({"prompt": "a red fox", **params}), now).id


def claim(now: datetime = NOW) -> Claim:
    claimed = lifecycle.claim("illustrator", now)
    assert claimed is not None
    return claimed


def job(job_id: str) -> Job:
    db.session.expire_all()
    return db.session.get_one(Job, job_id)


def settlements(job_id: str) -> list[str]:
    kinds = ("capture", "release")
    return list(db.session.scalars(select(Line.kind).where(Line.job_id == job_id, Line.kind.in_(kinds))))


def test_starting_holds_the_price_and_queues_the_job(ann: Asker) -> None:
    job_id = start(ann, quality="ultra")
    assert (job(job_id).state, job(job_id).price) == ("queued", 50)
    assert statement.balance(ann.person_id or 0, NOW) == 50


def test_a_job_that_cannot_be_paid_is_not_there(ann: Asker) -> None:
    with pytest.raises(Refusal):
        start(ann, quality="ultra", count=4)
    assert db.session.scalars(select(Job)).all() == []


def test_a_claimed_job_is_nobody_elses(ann: Asker) -> None:
    start(ann)
    assert claim().attempt == 1
    assert lifecycle.claim("illustrator", NOW) is None


def test_a_lane_takes_only_its_own(ann: Asker) -> None:
    start(ann)
    assert lifecycle.claim("tools", NOW) is None


def test_finishing_captures_once(ann: Asker) -> None:
    job_id = start(ann)
    claimed = claim()
    assert lifecycle.finish(claimed, [], {}, NOW)
    assert not lifecycle.finish(claimed, [], {}, NOW)
    assert (job(job_id).state, settlements(job_id)) == ("succeeded", ["capture"])
    assert statement.balance(ann.person_id or 0, NOW) == 80


def test_failing_gives_the_credits_back(ann: Asker) -> None:
    job_id = start(ann)
    claimed = claim()
    assert lifecycle.fail(claimed, "engine_unavailable", "No brushes.", NOW)
    assert not lifecycle.finish(claimed, [], {}, NOW)
    assert (job(job_id).state, job(job_id).error_message) == ("failed", "No brushes.")
    assert (settlements(job_id), statement.balance(ann.person_id or 0, NOW)) == (["release"], 100)


def test_canceling_a_waiting_job_gives_the_credits_back(ann: Asker) -> None:
    job_id = start(ann)
    assert lifecycle.cancel(ann, job_id, NOW)
    assert not lifecycle.cancel(ann, job_id, NOW)
    assert lifecycle.claim("illustrator", NOW) is None
    assert (settlements(job_id), statement.balance(ann.person_id or 0, NOW)) == (["release"], 100)


def test_a_running_job_can_be_canceled_and_its_worker_is_refused(ann: Asker) -> None:
    job_id = start(ann)
    claimed = claim()
    assert lifecycle.cancel(ann, job_id, NOW)
    assert not lifecycle.beat(claimed, 50, NOW)
    assert not lifecycle.finalize(claimed, NOW)
    assert not lifecycle.finish(claimed, [], {}, NOW)
    assert (job(job_id).state, settlements(job_id)) == ("canceled", ["release"])


def test_a_finished_job_cannot_be_canceled(ann: Asker) -> None:
    job_id = start(ann)
    lifecycle.finish(claim(), [], {}, NOW)
    assert not lifecycle.cancel(ann, job_id, NOW)
    assert settlements(job_id) == ["capture"]


def test_a_stranger_cannot_cancel(ann: Asker) -> None:
    job_id = start(ann)
    assert not lifecycle.cancel(replace(ann, person_id=(ann.person_id or 0) + 1), job_id, NOW)
    assert job(job_id).state == "queued"


def test_a_silent_workers_job_is_taken_by_the_next(ann: Asker) -> None:
    job_id = start(ann)
    claim()
    again = claim(NOW + SILENT)
    assert (again.job.id, again.attempt) == (job_id, 2)
    assert (job(job_id).lost_leases, job(job_id).errors) == (1, 0)


def test_a_beating_worker_keeps_its_job(ann: Asker) -> None:
    start(ann)
    claimed = claim()
    assert lifecycle.beat(claimed, 40, NOW + timedelta(seconds=10))
    assert lifecycle.claim("illustrator", NOW + SILENT) is None
    assert job(claimed.job.id).progress == 40


def test_a_zombies_result_is_refused(ann: Asker) -> None:
    job_id = start(ann)
    zombie = claim()
    successor = claim(NOW + SILENT)
    assert not lifecycle.finish(zombie, [], {"by": "zombie"}, NOW + SILENT)
    assert lifecycle.finish(successor, [], {"by": "successor"}, NOW + SILENT)
    assert (job(job_id).facts, settlements(job_id)) == ({"by": "successor"}, ["capture"])


def test_a_zombie_is_refused_before_anybody_took_over(ann: Asker) -> None:
    start(ann)
    zombie = claim()
    assert lifecycle.sweep(NOW + SILENT) == 1
    assert not lifecycle.finish(zombie, [], {}, NOW + SILENT)


def test_an_error_of_ours_is_tried_again_and_fails_at_the_third(ann: Asker) -> None:
    job_id = start(ann)
    for _ in range(MOST_ERRORS - 1):
        lifecycle.stumble(claim(), NOW)
        assert job(job_id).state == "queued"
    lifecycle.stumble(claim(), NOW)
    assert (job(job_id).state, job(job_id).error_code, settlements(job_id)) == ("failed", "internal", ["release"])


def test_a_job_that_kills_its_workers_ends_after_ten(ann: Asker) -> None:
    job_id, now = start(ann), NOW
    for _ in range(MOST_LOST_LEASES):
        claim(now)
        now += SILENT
    assert lifecycle.claim("illustrator", now) is None
    assert (job(job_id).state, job(job_id).lost_leases, settlements(job_id)) == ("failed", 9, ["release"])


def test_lost_leases_do_not_count_as_errors(ann: Asker) -> None:
    job_id, now = start(ann), NOW
    for _ in range(MOST_ERRORS + 1):
        claim(now)
        now += SILENT
    assert lifecycle.finish(claim(now), [], {}, now)
    assert job(job_id).errors == 0


def test_the_oldest_comes_first(ann: Asker) -> None:
    first, second = start(ann), start(ann, NOW + timedelta(seconds=1))
    assert [claim().job.id, claim().job.id] == [first, second]


@pytest.mark.parametrize(("minutes", "first"), [(9, "max"), (11, "free")])
def test_a_free_job_waits_ten_minutes_at_most_behind_paid_ones(ann: Asker, minutes: int, first: str) -> None:
    start(ann)
    start(replace(ann, standing=Standing(PLANS["max"])), NOW + timedelta(minutes=minutes))
    assert claim(NOW + timedelta(minutes=12)).job.plan == first


def test_the_place_counts_who_is_ahead(ann: Asker) -> None:
    first, second = start(ann), start(ann, NOW + timedelta(seconds=1))
    assert [lifecycle.place(job(first)), lifecycle.place(job(second))] == [1, 2]
    claim()
    assert [lifecycle.place(job(first)), lifecycle.place(job(second))] == [None, 1]


def test_a_rescued_job_keeps_its_place(ann: Asker) -> None:
    first = start(ann)
    claim()
    start(ann, NOW + timedelta(seconds=1))
    assert claim(NOW + SILENT).job.id == first


def test_nothing_of_it_all_upsets_the_ledger(ann: Asker) -> None:
    lifecycle.cancel(ann, start(ann), NOW)
    start(ann)
    lifecycle.finish(claim(), [], {}, NOW)
    start(ann)
    lifecycle.fail(claim(), "internal", "…", NOW)
    assert discrepancies() == []
    assert statement.balance(ann.person_id or 0, NOW) == 80


@pytest.fixture
def guest(any_app: Flask) -> Asker:
    return Asker(Standing(PLANS["free"]), visitor="cookie", network="203.0.113.0/24")


def used() -> set[int]:
    return set(db.session.scalars(select(GuestCounter.used)))


def test_a_guest_has_one_picture(guest: Asker) -> None:
    start(guest)
    with pytest.raises(Refusal, match="first picture is free"):
        start(guest)
    assert used() == {1}


def test_a_guests_picture_that_came_to_nothing_does_not_count(guest: Asker) -> None:
    lifecycle.cancel(guest, start(guest), NOW)
    assert used() == {0}
    start(guest)
    lifecycle.fail(claim(), "internal", "…", NOW)
    assert used() == {0}
    start(guest)


def test_a_network_has_ten_a_day(guest: Asker) -> None:
    for number in range(10):
        start(replace(guest, visitor=f"cookie {number}"))
    with pytest.raises(Refusal):
        start(replace(guest, visitor="cookie 10"))
    start(replace(guest, visitor="cookie 10"), NOW + timedelta(days=1))


def test_another_network_is_not_blocked_by_its_neighbour(guest: Asker) -> None:
    for number in range(10):
        start(replace(guest, visitor=f"cookie {number}"))
    start(replace(guest, visitor="cookie 10", network="198.51.100.0/24"))


def test_the_days_pool_is_for_all(guest: Asker, any_app: Flask) -> None:
    settings = any_app.extensions["settings"]
    any_app.extensions["settings"] = settings.model_copy(update={"ANONYMOUS_POOL": 2})
    for number in range(2):
        start(replace(guest, visitor=f"cookie {number}", network=f"203.0.{number}.0/24"))
    with pytest.raises(Refusal):
        start(replace(guest, visitor="cookie 2", network="203.0.2.0/24"))


def test_an_order_at_an_address_longer_than_any_is_taken(any_app: Flask, time: Clock) -> None:
    host = ".".join(["a" * 60] * 6)
    program = Cast(any_app).ann.program()
    answer = program.post("/api/generate", json={"prompt": "a red fox"}, base_url=f"http://{host}")
    assert answer.status_code == 200, answer.text
