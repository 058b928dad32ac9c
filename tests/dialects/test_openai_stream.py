"""Server-sent events of the OpenAI dialect: signs of life, and the picture at the end."""

import json

import pytest
from flask import Flask

from app.jobs import waiting
from app.jobs.models import State
from app.refusals import Refusal
from tests.cast import Cast, Program, Studio
from tests.conftest import Clock
from tests.dialects.calls import error, generates, last_job, opened, sends, told
from tests.dialects.openapi import conforms

PAINT = "/v1/images/generations"


@pytest.mark.needs("corpora")
def test_a_stream_ends_with_the_picture(program: Program, painted: Studio) -> None:
    events = told(generates(program, stream=True, partial_images=2, model="gpt-image-1", output_format="webp"))
    assert [event["type"] for event in events] == ["image_generation.completed"]
    assert conforms(events[0], "ImageGenCompletedEvent")
    assert opened(events[0]["b64_json"]).format == "WEBP"


@pytest.mark.needs("corpora")
def test_a_stream_of_several_has_an_event_for_each(program: Program, painted: Studio) -> None:
    events = told(sends(program, "edits", prompt="at night", stream="true", n="2"))
    assert [event["type"] for event in events] == ["image_edit.completed"] * 2
    assert all(conforms(event, "ImageEditCompletedEvent") for event in events)


def test_a_stream_that_comes_again_brings_the_same_picture(
    cast: Cast, program: Program, painted: Studio, time: Clock
) -> None:
    before = cast.ann.credits
    again = {"headers": {"Idempotency-Key": "order 1"}, "json": {"prompt": "a red fox", "stream": True}}
    first, second = (told(program.post("/v1/images/generations", **again)) for _ in range(2))
    assert first == second
    assert before - cast.ann.credits == 20


def test_a_stream_that_fails_ends_with_the_error(cast: Cast, program: Program, painted: Studio) -> None:
    before = cast.ann.credits
    painted.engine.fails_with = Refusal("engine_unavailable", "The painter is out.")
    [event] = told(generates(program, stream=True))
    assert (event["type"], event["error"]["message"]) == ("error", "The painter is out.")
    assert cast.ann.credits == before


def test_what_stands_in_the_way_of_a_stream_is_an_ordinary_error(program: Program) -> None:
    assert error(generates(program, stream=True, model="gpt-5"), 404)["code"] == "model_not_found"


def test_a_stream_takes_a_place_among_those_that_wait_and_leaves_it(
    program: Program, painted: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    places: list[str] = []

    def take_place() -> bool:
        places.append("taken")
        return True

    monkeypatch.setattr(waiting, "take_place", take_place)
    monkeypatch.setattr(waiting, "leave_place", lambda: places.append("left"))
    told(generates(program, stream=True))
    assert places == ["taken", "left"]
    assert error(generates(program, stream=True, n=10, size="2048x2048", quality="hd", prompt=""), 400)
    assert places == ["taken", "left"]


def test_a_client_that_leaves_a_stream_pays_nothing(
    app: Flask, cast: Cast, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = cast.ann.credits
    monkeypatch.setattr(waiting, "watch", lambda *_: False)
    response = program.browser.post(PAINT, json={"prompt": "a fox", "stream": True}, headers=program.brings)
    first = next(iter(response.response))
    assert first in (": painting\n\n", b": painting\n\n")
    response.close()
    assert last_job().state == State.CANCELED
    assert cast.ann.credits == before


def test_the_message_of_an_event_is_whole_json(program: Program, painted: Studio) -> None:
    [event] = told(generates(program, 'a "fox"\nin two lines', stream=True))
    assert json.loads(json.dumps(event)) == event
