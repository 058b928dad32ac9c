"""While a request waits for its picture, the test's worker paints it."""

import pytest
from flask import Flask

from app.extensions import models
from app.jobs import waiting
from tests.cast import Cast, Program, Studio


@pytest.fixture
def painted(app: Flask, studio: Studio, monkeypatch: pytest.MonkeyPatch) -> Studio:
    """The worker, who works as soon as somebody waits."""

    def watch(job_id: str, seconds: float) -> bool:
        with app.app_context():
            for lane in models():
                studio.works(lane)
        return True

    monkeypatch.setattr(waiting, "watch", watch)
    return studio


@pytest.fixture
def program(cast: Cast) -> Program:
    """Ann's, on Pro, so that nothing is marked and there is enough to spend."""
    cast.ann.moves_to("pro")
    return cast.ann.program()
