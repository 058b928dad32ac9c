"""How a picture looks so far: written with the heartbeat, gone when the job ends."""

from collections.abc import Callable, Iterator
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select

from app import clock
from app.accounts import people
from app.billing.standing import standing_of, welcome
from app.extensions import db
from app.jobs import heart as heartbeat
from app.jobs import lifecycle, previews
from app.jobs.asker import Asker
from app.jobs.heart import Heart
from app.jobs.lifecycle import Claim
from app.jobs.models import Preview
from app.jobs.previews import Stage
from app.tools.generate import GenerateParams, tool
from tests.cast import png
from tests.conftest import Clock
from tests.jobs.test_heart import wait_until


@pytest.fixture
def ann(any_app: Flask, time: Clock) -> Asker:
    person = people.register("ann@limn.example", "correct horse", time.now())
    welcome(person, time.now())
    return Asker(standing_of(person, time.now()), person_id=person.id)


@pytest.fixture
def claim(ann: Asker, time: Clock) -> Iterator[Claim]:
    """Ann's job, just being painted."""
    lifecycle.start(ann, tool, GenerateParams(prompt="a red fox"), time.now())
    claimed = lifecycle.claim("illustrator", time.now())
    assert claimed is not None
    yield claimed
    db.session.remove()


def kept() -> int:
    with db.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(Preview)) or 0


def looks_like(claim: Claim, progress: int, *colours: str) -> bool:
    return lifecycle.beat(claim, progress, clock.now(), [png(8, 8, colour) for colour in colours])


def test_each_picture_has_its_own_and_the_newest_stays(claim: Claim) -> None:
    looks_like(claim, 20, "teal", "gold")
    looks_like(claim, 40, "red", "blue")
    assert previews.stages([claim.job.id]) == {claim.job.id: [Stage(1, 40, 20), Stage(2, 40, 20)]}
    assert previews.newest(claim.job.id, 1) == (40, png(8, 8, "red"))
    assert previews.newest(claim.job.id, 2) == (40, png(8, 8, "blue"))
    assert previews.newest(claim.job.id, 3) is None


def test_a_beat_with_nothing_new_leaves_them(claim: Claim) -> None:
    looks_like(claim, 20, "teal")
    looks_like(claim, 40)
    assert previews.stages([claim.job.id]) == {claim.job.id: [Stage(1, 20, 20)]}


def test_whoever_lost_the_claim_shows_nothing(claim: Claim, time: Clock) -> None:
    time.forward(seconds=16)
    successor = lifecycle.claim("illustrator", time.now())
    assert successor is not None
    assert not looks_like(claim, 20, "teal")
    assert kept() == 0


ENDS: dict[str, Callable[[Claim, Asker, Clock], object]] = {
    "finished": lambda claim, _, time: lifecycle.finish(claim, [], {}, time.now()),
    "refused": lambda claim, _, time: lifecycle.fail(claim, "withheld", "It was withheld.", time.now()),
    "an error of ours": lambda claim, _, time: lifecycle.stumble(claim, time.now()),
    "the model is down": lambda claim, _ann, _time: lifecycle.put_back(claim),
    "canceled": lambda claim, ann, time: lifecycle.cancel(ann, claim.job.id, time.now()),
    "its worker went silent": lambda _claim, _ann, time: lifecycle.sweep(time.forward(seconds=16)),
}


@pytest.mark.parametrize("end", ENDS)
def test_nothing_is_left_of_them_when_the_painting_ends(claim: Claim, ann: Asker, time: Clock, end: str) -> None:
    looks_like(claim, 20, "teal")
    assert kept() == 1
    assert ENDS[end](claim, ann, time) is not False
    assert kept() == 0
    assert previews.newest(claim.job.id) is None


def test_the_heart_writes_what_progress_brings_no_larger_than_a_preview(
    any_app: Flask, claim: Claim, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat, "TICK", 0.02)
    with Heart(any_app, claim) as heart:
        heart.progress(0.42, [Image.new("RGB", (512, 256), "teal")])
        wait_until(lambda: previews.newest(claim.job.id) is not None)
    share, data = previews.newest(claim.job.id) or (0, b"")
    picture = Image.open(BytesIO(data))
    assert (share, picture.format, picture.size) == (42, "PNG", (128, 64))


def test_the_heart_writes_them_at_most_once_a_second(any_app: Flask, claim: Claim) -> None:
    """Of many that come at once the newest is written, and the next when a second has passed."""
    heart = Heart(any_app, claim)
    heart.progress(0.1, [Image.new("RGB", (8, 8), "teal")])
    heart.progress(0.2, [Image.new("RGB", (8, 8), "gold")])
    [first] = heart._newest_looks()
    assert Image.open(BytesIO(first)).getpixel((0, 0)) == (255, 215, 0)
    heart.progress(0.3, [Image.new("RGB", (8, 8), "red")])
    assert heart._newest_looks() == []
    heart._looked_at -= heartbeat.LOOK
    assert len(heart._newest_looks()) == 1


def test_a_heart_beats_on_without_a_preview(
    any_app: Flask, claim: Claim, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(heartbeat, "TICK", 0.02)
    with Heart(any_app, claim) as heart:
        heart.progress(0.42, [Image.new("RGB", (0, 0))])
        wait_until(lambda: "a preview could not be written" in caplog.text)
        heart.progress(0.5)
        wait_until(lambda: heart._told == 50)
    assert previews.newest(claim.job.id) is None
