"""Plans and packs rule over files and waiting jobs from the moment they begin or end."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.accounts.models import Person as Account
from app.credits import wallet
from app.credits.ledger import Grant
from app.extensions import db, transaction
from app.jobs import belongings, lifecycle, retention
from app.jobs.models import Job, Picture
from app.mail.models import Mail, MailState
from tests.cast import Cast, Person, Studio, png
from tests.conftest import Clock

A_DAY = timedelta(hours=24)


def put_on(person: Person, plan: str) -> None:
    with transaction() as tx:
        tx.execute(update(Account).where(Account.id == person.id).values(plan=plan))
    db.session.remove()


def let_go(person: Person, time: Clock) -> datetime | None:
    with transaction() as tx:
        return belongings.let_go(tx, person.id, "Pro", time.now())


def begins(person: Person, time: Clock) -> None:
    put_on(person, "pro")
    with transaction() as tx:
        belongings.keep(tx, person.id, time.now())


def ends(person: Person, time: Clock) -> datetime | None:
    put_on(person, "free")
    return let_go(person, time)


def buys_a_pack(person: Person, time: Clock) -> None:
    with transaction() as tx:
        wallet.grant(tx, person.id, Grant("pack", 200, "cs_1", "10 images", None, "cs_1"), time.now())
        belongings.keep(tx, person.id, time.now())


def hear(person: Person, time: Clock) -> None:
    """The mails to them are sent."""
    with transaction() as tx:
        theirs = update(Mail).where(Mail.person_id == person.id)
        tx.execute(theirs.values(state=MailState.SENT, sent_at=time.now()))


def ends_of(job_id: str) -> set[datetime | None]:
    db.session.remove()
    return set(db.session.scalars(select(Picture.expires_at).where(Picture.job_id == job_id)))


def warnings() -> list[dict[str, object]]:
    db.session.remove()
    return [mail.facts for mail in db.session.scalars(select(Mail).where(Mail.kind == "files_going"))]


def stored(job_id: str) -> Job:
    db.session.remove()
    return db.session.get_one(Job, job_id)


def test_a_plan_that_begins_keeps_what_was_made_before(cast: Cast, studio: Studio, time: Clock) -> None:
    job_id = cast.ann.starts()
    studio.works()
    begins(cast.ann, time)
    time.forward(days=300)
    assert retention.prune(time.now()) == 0
    assert cast.ann.get(f"/{job_id}?raw=1").status_code == 200
    assert stored(job_id).retention == "while your plan is active"


def test_nobody_else_s_files_are_touched(cast: Cast, studio: Studio, time: Clock) -> None:
    job_id = cast.ben.starts()
    studio.works()
    before = ends_of(job_id)
    begins(cast.ann, time)
    assert ends_of(job_id) == before
    ends(cast.ann, time)
    assert ends_of(job_id) == before
    assert cast.ben.job(job_id)["retention"] == "24 hours"


def test_a_waiting_job_is_painted_under_the_plan_that_began(cast: Cast, studio: Studio, time: Clock) -> None:
    job_id = cast.ann.starts()
    begins(cast.ann, time)
    assert cast.ann.job(job_id)["watermarked"] is False
    studio.works()
    assert ends_of(job_id) == {None}
    assert stored(job_id).plan == "pro"


def test_a_waiting_job_goes_ahead_at_once(cast: Cast, time: Clock) -> None:
    cast.ben.starts()
    time.forward(seconds=1)
    job_id = cast.ann.starts()
    assert cast.ann.job(job_id)["queue_position"] == 2
    begins(cast.ann, time)
    assert cast.ann.job(job_id)["queue_position"] == 1


def test_a_plan_that_begins_while_a_job_is_painted_takes_its_watermark_off(
    cast: Cast, studio: Studio, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = cast.ann.starts()
    _just_before(monkeypatch, "finalize", lambda: begins(cast.ann, time))
    studio.works()
    assert stored(job_id).watermarked is False
    assert ends_of(job_id) == {None}


def test_a_plan_that_begins_after_the_watermark_still_keeps_the_picture(
    cast: Cast, studio: Studio, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the job says what is on the picture, not what was hoped for."""
    job_id = cast.ann.starts()
    _just_before(monkeypatch, "finish", lambda: begins(cast.ann, time))
    studio.works()
    assert cast.ann.job(job_id)["watermarked"] is True
    assert ends_of(job_id) == {None}


def test_what_was_given_up_is_not_kept(cast: Cast, studio: Studio, time: Clock) -> None:
    job_id = cast.ann.uses("rotate", png())
    cast.ann.press(f"/jobs/{job_id}/cancellation")
    begins(cast.ann, time)
    assert ends_of(job_id) == {time.now()}


def test_a_plan_that_ends_puts_files_on_the_clock_and_a_mail_says_so(cast: Cast, studio: Studio, time: Clock) -> None:
    put_on(cast.ann, "pro")
    picture, upload = cast.ann.starts(), cast.ann.uses("rotate", png())
    studio.works()
    studio.works("tools")
    assert ends(cast.ann, time) == time.now() + A_DAY
    assert ends_of(picture) == ends_of(upload) == {time.now() + A_DAY}
    assert [(said["count"], said["plan"]) for said in warnings()] == [(3, "Pro")]
    assert cast.ann.job(picture)["retention"] == "24 hours"


def test_files_go_a_day_after_their_owner_was_told(cast: Cast, studio: Studio, time: Clock) -> None:
    put_on(cast.ann, "pro")
    job_id = cast.ann.starts()
    studio.works()
    ends(cast.ann, time)
    time.forward(hours=30)
    assert retention.prune(time.now()) == 0, "the mail has not gone out"
    hear(cast.ann, time)
    time.forward(hours=23)
    assert retention.prune(time.now()) == 0
    time.forward(hours=2)
    assert retention.prune(time.now()) == 2
    assert cast.ann.get(f"/{job_id}?raw=1").status_code == 404


def test_a_mail_that_nobody_takes_does_not_keep_files_for_ever(cast: Cast, studio: Studio, time: Clock) -> None:
    put_on(cast.ann, "pro")
    cast.ann.starts()
    studio.works()
    ends(cast.ann, time)
    with transaction() as tx:
        tx.execute(update(Mail).values(state=MailState.FAILED))
    time.forward(hours=25)
    assert retention.prune(time.now()) == 2


def test_one_who_is_told_late_does_not_keep_another_s_files(cast: Cast, studio: Studio, time: Clock) -> None:
    put_on(cast.ann, "pro")
    cast.ann.starts()
    cast.ben.starts()
    studio.works()
    ends(cast.ann, time)
    time.forward(hours=25)
    assert retention.prune(time.now()) == 2


def test_whoever_made_nothing_gets_no_mail(cast: Cast, time: Clock) -> None:
    assert ends(cast.ann, time) is None
    assert warnings() == []


def test_what_was_on_the_clock_before_stays_on_it(cast: Cast, studio: Studio, time: Clock) -> None:
    job_id = cast.ann.starts()
    studio.works()
    goes_at = time.now() + A_DAY
    time.forward(hours=3)
    assert ends(cast.ann, time) is None
    assert ends_of(job_id) == {goes_at}


def test_a_plan_that_comes_back_in_time_keeps_them_after_all(cast: Cast, studio: Studio, time: Clock) -> None:
    put_on(cast.ann, "pro")
    job_id = cast.ann.starts()
    studio.works()
    ends(cast.ann, time)
    time.forward(hours=23)
    begins(cast.ann, time)
    hear(cast.ann, time)
    time.forward(days=3)
    assert retention.prune(time.now()) == 0
    assert ends_of(job_id) == {None}


def test_a_pack_keeps_all_though_the_plan_ends(cast: Cast, studio: Studio, time: Clock) -> None:
    put_on(cast.ann, "pro")
    job_id = cast.ann.starts()
    studio.works()
    buys_a_pack(cast.ann, time)
    assert cast.ann.job(job_id)["retention"] == "while your plan is active"
    assert ends(cast.ann, time) is None
    assert ends_of(job_id) == {None}
    assert warnings() == []
    assert cast.ann.job(job_id)["retention"] == "as long as you like"


def test_a_pack_takes_the_watermark_off_what_waits(cast: Cast, studio: Studio, time: Clock) -> None:
    job_id = cast.ann.starts()
    buys_a_pack(cast.ann, time)
    assert cast.ann.job(job_id)["watermarked"] is False
    studio.works()
    assert ends_of(job_id) == {None}
    assert cast.ann.job(job_id)["retention"] == "as long as you like"


def test_a_job_ordered_under_a_plan_keeps_its_place_and_stays_clean_when_the_plan_ends(
    cast: Cast, studio: Studio, time: Clock
) -> None:
    put_on(cast.ann, "pro")
    cast.ben.starts()
    job_id = cast.ann.starts()
    ends(cast.ann, time)
    assert cast.ann.job(job_id)["queue_position"] == 1
    assert cast.ann.job(job_id)["watermarked"] is False
    studio.works()
    assert ends_of(job_id) == {time.now() + A_DAY}
    assert cast.ann.job(job_id)["retention"] == "24 hours"


def test_a_plan_that_an_operator_gives_and_takes_rules_over_files_too(cast: Cast, studio: Studio, time: Clock) -> None:
    job_id = cast.ann.starts()
    studio.works()
    cast.ann.moves_to("pro")
    assert ends_of(job_id) == {None}
    cast.ann.moves_to("free")
    assert ends_of(job_id) == {time.now() + A_DAY}
    assert [said["plan"] for said in warnings()] == ["Pro"]


def test_it_does_no_harm_to_say_it_again(cast: Cast, studio: Studio, time: Clock) -> None:
    put_on(cast.ann, "pro")
    job_id = cast.ann.starts()
    studio.works()
    goes_at = ends(cast.ann, time)
    time.forward(hours=1)
    assert let_go(cast.ann, time) is None
    assert ends_of(job_id) == {goes_at}
    assert len(warnings()) == 1


def test_it_holds_on_each_database(any_app: Flask, time: Clock) -> None:
    ann = Cast(any_app).ann
    put_on(ann, "pro")
    job_id = ann.starts()
    Studio(any_app).works()
    goes_at = ends(ann, time)
    assert ends_of(job_id) == {goes_at}
    hear(ann, time)
    time.forward(hours=25)
    begins(ann, time)
    assert ends_of(job_id) == {None}
    ends(ann, time)
    time.forward(hours=25)
    hear(ann, time)
    assert retention.prune(time.now()) == 0
    time.forward(hours=25)
    assert retention.prune(time.now()) == 2


def _just_before(monkeypatch: pytest.MonkeyPatch, step: str, does: object) -> None:
    """Something else happens right before a step of a job's life."""
    original = getattr(lifecycle, step)

    def wrapped(*given: object) -> object:
        does()  # type: ignore[operator]
        return original(*given)

    monkeypatch.setattr(lifecycle, step, wrapped)
