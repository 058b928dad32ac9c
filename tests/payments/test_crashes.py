"""The power goes out between any two lines of applying an event: all of it came true or nothing, and it comes again."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.models import Person
from app.credits import wallet
from app.extensions import db, transaction
from app.jobs.models import Job, Picture, State
from app.payments.models import StripeEvent
from app.payments.subjects import subject_of
from app.till import hands, life
from app.till.models import TillEvent
from tests.jobs.test_crashes import cut_before_every_line_of
from tests.payments.powercuts import APPLYING
from tests.payments.till_desk import Desk
from tests.payments.till_truth import Truth
from tests.thorough import THOROUGH

STEP = 1 if THOROUGH else 7  # lines; each kind of event begins at another, and most of the lines are common to all

Rows = dict[str, list[tuple[Any, ...]]]


def buys_a_pack(desk: Desk, ann: int) -> None:
    desk.buys(ann, "pack-10")


def begins_a_trial(desk: Desk, ann: int) -> None:
    desk.buys(ann, "pro-month")


def subscribes(desk: Desk, ann: int) -> None:
    desk.buys(ann, "max-month")


def renews(desk: Desk, ann: int) -> None:
    _is_on_max(desk, ann)
    _time_goes_by(desk, days=31)


def cannot_pay(desk: Desk, ann: int) -> None:
    desk.buys(ann, "max-month", "fails-later")
    desk.hears()
    _time_goes_by(desk, days=31)


def changes_to_a_year(desk: Desk, ann: int) -> None:
    _is_on_max(desk, ann)
    desk.time.forward(days=10)
    desk.upgrades(desk.subscription(), "max-year")


def gets_half_of_it_back(desk: Desk, ann: int) -> None:
    _is_on_max(desk, ann)
    _spends(desk, ann, 9_000)
    hands.refund(desk.latest("payment_intent"), 1_500, desk.time.now())


def disputes_a_pack_that_is_spent(desk: Desk, ann: int) -> None:
    desk.buys(ann, "pack-100")
    desk.hears()
    _spends(desk, ann, 1_500)
    hands.dispute(desk.latest("payment_intent"), desk.time.now())


def loses_the_dispute(desk: Desk, ann: int) -> None:
    disputes_a_pack_that_is_spent(desk, ann)
    desk.hears()
    hands.close_dispute(desk.latest("dispute"), True, desk.time.now())


def leaves_at_once(desk: Desk, ann: int) -> None:
    _is_on_max(desk, ann)
    hands.cancel_now(desk.subscription(), desk.time.now())


def tries_with_a_card_that_had_a_trial(desk: Desk, ann: int) -> None:
    ben = desk.joins("ben")
    desk.buys(ben, "pro-month", "shared")
    desk.hears()
    desk.buys(ann, "pro-month", "shared")


WHATEVER_HAPPENS = (
    buys_a_pack,
    begins_a_trial,
    subscribes,
    renews,
    cannot_pay,
    changes_to_a_year,
    gets_half_of_it_back,
    disputes_a_pack_that_is_spent,
    loses_the_dispute,
    leaves_at_once,
    tries_with_a_card_that_had_a_trial,
)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("happens", WHATEVER_HAPPENS)
def test_an_event_is_applied_whole_or_not_at_all_and_then_again(
    desk: Desk, happens: Callable[[Desk, int], None]
) -> None:
    assert cuts_while_it_is_told(desk, happens) > 100


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("any_app", ["postgresql"], indirect=True)
def test_so_it_is_on_postgresql(any_desk: Desk) -> None:
    assert cuts_while_it_is_told(any_desk, gets_half_of_it_back) > 100


def cuts_while_it_is_told(desk: Desk, happens: Callable[[Desk, int], None]) -> int:
    """How often the power went out until the event was heard to its end, counted in lines."""
    ann = desk.joins("ann")
    _leaves_a_picture(desk, ann)
    happens(desk, ann)
    event = next(filter(_matters, desk.untold()))
    before, cuts = _state(desk), 0
    for cut in cut_before_every_line_of(APPLYING, STEP):
        with cut:
            desk.says(event)
        db.session.remove()
        if not cut.happened:
            break
        cuts += 1
        told = db.session.get(StripeEvent, event.id) is not None
        assert told or _state(desk) == before, "half of it came true"
        if told:
            break
    after = _state(desk)
    assert after != before
    assert desk.says(event) == "applied"
    assert _state(desk) == after
    desk.hears()
    assert desk.differences() == []
    assert list(Truth(desk.time.now()).problems()) == []
    return cuts * STEP


def _matters(event: TillEvent) -> bool:
    return subject_of(event.type, json.loads(event.body)["data"]["object"]) is not None


def _is_on_max(desk: Desk, ann: int) -> None:
    desk.buys(ann, "max-month")
    desk.hears()


def _time_goes_by(desk: Desk, **step: float) -> None:
    desk.time.forward(**step)
    life.advance(desk.time.now())


def _spends(desk: Desk, person: int, amount: int) -> None:
    with transaction() as tx:
        wallet.hold(tx, person, "a job", amount, "a picture", desk.time.now())
        wallet.capture(tx, "a job", desk.time.now())


def _leaves_a_picture(desk: Desk, person: int) -> None:
    """One that goes in a day, and a job that waits."""
    now = desk.time.now()
    made = {
        "person_id": person,
        "tool": "generate",
        "lane": "illustrator",
        "params": {},
        "width": 1,
        "height": 1,
        "price": 0,
    }
    made |= {"plan": "free", "watermarked": True, "temporary": True, "retention": "24 hours", "created_at": now}
    with transaction() as tx:
        tx.add_all([Job(id="done", state=State.SUCCEEDED, rank_at=now, **made), Job(id="waits", rank_at=now, **made)])
        tx.flush()
        file = {"number": 1, "kind": "result", "type": "image/png", "width": 1, "height": 1, "bytes": 1, "sha256": ""}
        tx.add(Picture(job_id="done", key="a", created_at=now, expires_at=now + timedelta(hours=24), **file))


def _state(desk: Desk) -> Rows:
    """All about money, and what follows from it for people, jobs and files."""
    kept = desk.state()
    for name, wanted in {
        "people": select(Person.id, Person.plan, Person.plan_until),
        "jobs": select(Job.id, Job.plan, Job.watermarked, Job.temporary, Job.retention, Job.rank_at),
        "pictures": select(Picture.key, Picture.expires_at),
    }.items():
        kept[name] = sorted(map(tuple, db.session.execute(wanted)), key=repr)
    return kept
