"""Previews in a stream of the OpenAI dialect."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app import clock
from app.extensions import db
from app.jobs import lifecycle, waiting
from tests.cast import Program, Studio, png
from tests.conftest import Clock
from tests.dialects.calls import generates, opened, sends, told
from tests.dialects.openapi import conforms

Steps = Callable[[int], None]
COLOURS = ("red", "gold", "teal", "navy")


@pytest.fixture
def painted_in_steps(app: Flask, studio: Studio, time: Clock, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Tells how far the picture is at each look of whoever waits; then it is there."""

    def paint(*shares: int, lane: str = "illustrator") -> None:
        steps = iter(enumerate(shares))

        def watch(_job_id: str, _seconds: float) -> bool:
            with app.app_context():
                claim = lifecycle.claim(lane, clock.now())
                assert claim is not None
                number, share = next(steps, (0, 0))
                if share:
                    lifecycle.beat(claim, share, clock.now(), [png(8, 8, COLOURS[number]), png(8, 8, "white")])
                    time.forward(seconds=16)  # another claims it at the next look: nobody's heart beats here
                    return False
                lifecycle.put_back(claim)
                studio.works(lane)
                db.session.remove()
                return True

        monkeypatch.setattr(waiting, "watch", watch)

    return paint


def previewed(events: list[dict[str, Any]]) -> list[tuple[int, Any]]:
    """The index of each preview, and its colour."""
    return [
        (event["partial_image_index"], opened(event["b64_json"]).getpixel((0, 0)))
        for event in events
        if event["type"].endswith(".partial_image")
    ]


RED, GOLD, TEAL, NAVY = (255, 0, 0), (255, 215, 0), (0, 128, 128), (0, 0, 128)


@pytest.mark.parametrize(
    ("most", "shares", "seen"),
    [
        (0, (30, 60, 90), []),
        (1, (30, 60, 90), [(0, GOLD)]),
        (2, (30, 40, 50, 70), [(0, GOLD), (1, NAVY)]),
        (3, (25, 50, 75), [(0, RED), (1, GOLD), (2, TEAL)]),
        (3, (90, 90, 90), [(0, RED)]),  # nothing new is told once
        (3, (), []),  # it was quicker than the first look
    ],
)
def test_at_most_so_many_come_spread_over_the_time(
    program: Program, painted_in_steps: Steps, most: int, shares: tuple[int, ...], seen: list[object]
) -> None:
    painted_in_steps(*shares)
    events = told(generates(program, stream=True, partial_images=most))
    assert previewed(events) == seen
    assert [event["type"] for event in events][-1] == "image_generation.completed"
    assert len(events) == len(seen) + 1


@pytest.mark.needs("corpora")
def test_a_preview_says_what_it_is(program: Program, painted_in_steps: Steps) -> None:
    painted_in_steps(60)
    first, last = told(generates(program, stream=True, partial_images=1, output_format="webp", quality="high"))
    assert conforms(first, "ImageGenPartialImageEvent")
    assert (first["output_format"], last["output_format"]) == ("png", "webp")
    assert opened(first["b64_json"]).format == "PNG"
    assert {first[name] == last[name] for name in ("size", "quality", "background", "created_at")} == {True}


@pytest.mark.needs("corpora")
def test_an_edit_has_them_too(program: Program, painted_in_steps: Steps) -> None:
    painted_in_steps(60)
    first, last = told(sends(program, "edits", prompt="at night", stream="true", partial_images="1"))
    assert (first["type"], last["type"]) == ("image_edit.partial_image", "image_edit.completed")
    assert conforms(first, "ImageEditPartialImageEvent")
