"""Who is painted together with the best waiting job, on each database."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.accounts import people
from app.billing.standing import standing_of, welcome
from app.extensions import db, transaction
from app.jobs import lifecycle
from app.jobs.asker import Asker
from app.jobs.lifecycle import Claim
from app.jobs.models import Job
from app.tools.generate import GenerateParams, tool
from tests.conftest import MakeApp

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
PLENTY = 100


@pytest.fixture(params=["sqlite", "postgresql"])
def app(request: pytest.FixtureRequest, make_app: MakeApp) -> Flask:
    """With a model that paints several together, and the illustrator."""
    listed = request.getfixturevalue("tmp_path") / "models.toml"
    listed.write_text(
        '[[model]]\nname = "photo"\nengine = "diffusers"\nmodel = "a/photo"\n'
        '[[model]]\nname = "other"\nengine = "diffusers"\nmodel = "b/other"\n'
        '[[model]]\nname = "illustrator"\nengine = "illustrator"\n'
    )
    if request.param == "sqlite":
        return make_app(MODEL_LIST=listed)
    return make_app(MODEL_LIST=listed, DATABASE_URL=request.getfixturevalue("migrated_postgres"))


@pytest.fixture
def pia(app: Flask) -> Asker:
    """Pia, who can pay for much."""
    return asker(app, "pia@limn.example", "pro")


def asker(app: Flask, email: str, plan: str) -> Asker:
    person = people.register(email, "correct horse", NOW)
    people.set_plan(person, plan)
    person.plan = plan
    welcome(person, NOW)
    return Asker(standing_of(person, NOW), person_id=person.id)


@pytest.fixture(autouse=True)
def _context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield
        db.session.remove()


def start(who: Asker, later: int = 0, **params: object) -> str:
    """In the order of `later`, seconds."""
    wanted = GenerateParams.model_validate({"prompt": "a red fox", **params})
    return lifecycle.start(who, tool, wanted, NOW + timedelta(seconds=later)).id


def claim(lane: str = "photo") -> Claim:
    claimed = lifecycle.claim(lane, NOW)
    assert claimed is not None
    return claimed


def kin_of(first: Claim, most: int = PLENTY) -> list[str]:
    return [one.job.id for one in lifecycle.claim_kin(first, most, NOW)]


def test_waiting_jobs_of_the_same_size_and_quality_come_along_best_first(app: Flask, pia: Asker) -> None:
    ann = asker(app, "ann@limn.example", "free")
    last, *others = start(ann, 2), start(pia, 3), start(pia, 4)
    first = start(pia, 1)
    best = claim()
    assert best.job.id == first
    assert kin_of(best) == [*others, last]


def test_they_are_taken_as_the_first_one_was(pia: Asker) -> None:
    start(pia)
    start(pia, 1)
    [other] = lifecycle.claim_kin(claim(), PLENTY, NOW)
    assert (other.attempt, other.job.state) == (1, "submitted")
    assert other.job.lease_until == NOW + lifecycle.LEASE
    assert lifecycle.holds(other)
    assert lifecycle.claim("photo", NOW) is None


def test_no_more_pictures_than_fit(pia: Asker) -> None:
    start(pia, count=2)
    three, one, two = start(pia, 1, count=3), start(pia, 2), start(pia, 3, count=2)
    assert kin_of(claim(), 5) == [three]
    following = claim()
    assert following.job.id == one
    assert kin_of(following, 3) == [two]


def test_one_that_does_not_fit_is_passed_over_and_leads_the_next(pia: Asker) -> None:
    start(pia)
    large, small = start(pia, 1, count=4), start(pia, 2)
    assert kin_of(claim(), 4) == [small]
    assert claim().job.id == large


@pytest.mark.parametrize("most", [0, 1, 2])
def test_a_job_that_fills_the_batch_goes_alone(pia: Asker, most: int) -> None:
    start(pia, count=2)
    start(pia, 1)
    assert kin_of(claim(), most) == []


def test_other_sizes_qualities_and_models_stay_where_they_are(pia: Asker) -> None:
    start(pia)
    others = [
        start(pia, 1, aspect_ratio="16:9"),
        start(pia, 1, quality="high"),
        start(pia, 1, model="other"),
        start(pia, 1, model="illustrator"),
    ]
    assert kin_of(claim()) == []
    assert {db.session.get_one(Job, other).state for other in others} == {"queued"}


@pytest.mark.parametrize("alone", ["first", "second"])
def test_what_cannot_be_painted_together_goes_alone(pia: Asker, alone: str) -> None:
    jobs = {"first": start(pia), "second": start(pia, 1)}
    with transaction() as tx:
        tx.execute(update(Job).where(Job.id == jobs[alone]).values(kin=None))
    assert kin_of(claim()) == []


@pytest.mark.parametrize("grief", ["errors", "lost_leases"])
def test_one_that_came_to_grief_before_goes_alone(pia: Asker, grief: str) -> None:
    unlucky, good, another, better = start(pia), start(pia, 1), start(pia, 2), start(pia, 3)
    with transaction() as tx:
        tx.execute(update(Job).where(Job.id.in_([unlucky, another])).values({grief: 1}))
    first, second = claim(), claim()
    assert (first.job.id, kin_of(first)) == (unlucky, [])
    assert (second.job.id, kin_of(second)) == (good, [better])


def test_nobody_takes_a_job_twice(app: Flask, pia: Asker) -> None:
    jobs = {start(pia, number) for number in range(24)}
    taken: list[str] = []

    def work() -> None:
        with app.app_context():
            while first := lifecycle.claim("photo", NOW):
                taken.extend([first.job.id, *kin_of(first, 4)])
                db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    assert sorted(taken) == sorted(jobs)
    assert set(db.session.scalars(select(Job.attempt))) == {1}


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_what_another_worker_is_just_taking_is_not_waited_for(pia: Asker) -> None:
    start(pia)
    wanted, free = start(pia, 1), start(pia, 2)
    first = claim()
    with transaction() as another:
        another.scalars(select(Job).where(Job.id == wanted).with_for_update()).one()
        assert kin_of(first) == [free]
