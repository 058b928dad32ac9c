"""Periodic work happens once a slot, whoever's clock strikes."""

from datetime import timedelta

import pytest
from flask import Flask

from app.credits.models import Wallet
from app.extensions import transaction
from app.jobs import duties
from tests.cast import Cast
from tests.conftest import Clock


def test_a_slot_is_taken_once(any_app: Flask, time: Clock) -> None:
    done: list[object] = []
    assert duties.once("sweep", done.append, time.now())
    assert not duties.once("sweep", done.append, time.now() + timedelta(seconds=30))
    assert duties.once("sweep", done.append, time.now() + timedelta(seconds=60))
    assert len(done) == 2


def test_duties_do_not_take_each_others_slots(any_app: Flask, time: Clock) -> None:
    assert duties.once("sweep", lambda _: None, time.now())
    assert duties.once("prune", lambda _: None, time.now())


@pytest.mark.parametrize("name", duties.DUTIES)
def test_every_duty_runs_on_an_empty_site(any_app: Flask, time: Clock, name: str) -> None:
    _, _, duty = duties.DUTIES[name]
    assert duty(time.now()) == 0


def test_a_ledger_that_does_not_add_up_is_logged(cast: Cast, time: Clock, caplog: pytest.LogCaptureFixture) -> None:
    with transaction() as tx:
        tx.get_one(Wallet, cast.ann.id).balance += 1
    assert duties.reconcile(time.now()) == 1
    assert "does not add up" in caplog.text


def test_old_sign_ins_are_forgotten(cast: Cast, time: Clock) -> None:
    assert cast.ann.get("/api/me").status_code == 200
    time.forward(days=61)
    assert duties.tidy(time.now()) == 1
