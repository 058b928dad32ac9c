"""Jobs of several people, painted by one call of a real pipeline."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from app.engines.diffusers.call import call
from app.engines.diffusers.engine import Diffusers
from app.engines.protocol import PaintRequest, quiet
from app.extensions import db
from app.jobs import runner
from app.jobs.runner import Hands
from app.tools.generate import SIZES
from tests.cast import SANDBOX, Cast
from tests.conftest import MakeApp
from tests.engines.diffusers.test_painting import far_apart
from tests.jobs.test_kills import assert_paid_once
from tests.jobs.test_runner import picture


@pytest.fixture
def app(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    monkeypatch.setitem(SIZES, "1:1", (64, 64))
    made = make_app(ENGINE="diffusers", MODEL="a/photo")
    with made.app_context():
        yield made


def test_four_jobs_are_one_call_and_each_picture_is_what_it_is_alone(
    cast: Cast, engine: Diffusers, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def counted(*given: Any) -> Any:
        calls.append(given)
        return call(*given)

    monkeypatch.setattr("app.engines.diffusers.batch.call", counted)
    jobs = {seed: cast.pia.starts(f"{seed} red foxes", seed=seed) for seed in (11, 22, 33, 44)}
    db.session.remove()
    assert runner.take_one("photo", Hands(engine, SANDBOX))
    assert len(calls) == 1
    assert_paid_once(list(jobs.values()))

    for seed, job in jobs.items():
        [alone] = engine.paint(PaintRequest(f"{seed} red foxes", 64, 64, seed), quiet)
        drawn = picture(cast.pia, job)
        assert drawn.info["Comment"].startswith(f"seed {seed},")
        assert far_apart(drawn, alone.image) < 1
