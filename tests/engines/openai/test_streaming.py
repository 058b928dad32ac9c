"""An endpoint that answers with events: previews on the way, and then the picture."""

import json
from base64 import b64encode
from collections.abc import Sequence

import pytest
from PIL import Image

from app.engines.openai import asking
from app.engines.openai.engine import Endpoint
from app.engines.openai.retrying import ATTEMPTS
from app.engines.openai.streaming import Stream
from app.engines.protocol import EngineDown, PaintRequest, quiet
from app.refusals import Refusal
from tests.engines.openai.conftest import MakeEngine
from tests.engines.openai.stub import Reply, Stub, body, error, picture

FOX = PaintRequest("a red fox", 256, 128, seed=7)


def event(name: str, **facts: object) -> bytes:
    """As some write them, with what there is not as null."""
    facts = {"error": None} | facts
    return f"event: {name}\ndata: {json.dumps({'type': name, **facts})}\n\n".encode()


def image_event(name: str, colour: str) -> bytes:
    return event(f"image_generation.{name}", b64_json=b64encode(picture(colour=colour)).decode())


def events(*sent: bytes) -> Reply:
    return body(b": painting\n\n" + b"".join(sent), Content_Type="text/event-stream; charset=utf-8")


def failing(code: str, kind: str = "invalid_request_error") -> Reply:
    return events(event("error", error={"message": "No.", "type": kind, "param": None, "code": code}))


def test_the_picture_is_the_last_event(engine: Endpoint, stub: Stub) -> None:
    stub.does(events(image_event("partial_image", "blue"), image_event("completed", "red")))
    painting = engine.paint(FOX, quiet)[0]

    assert (painting.image.size, painting.image.getpixel((0, 0))) == ((256, 128), (255, 0, 0))
    assert (stub.asked[0].fields["stream"], stub.asked[0].fields["partial_images"]) == (True, 3)


def test_previews_are_shown_while_it_paints(engine: Endpoint, stub: Stub) -> None:
    shown: list[Image.Image] = []

    def on_progress(share: float, previews: Sequence[Image.Image] | None = None) -> None:
        shown.extend(previews or ())
        stub.go_on.set() if previews else None

    stub.does(stub.slowly(image_event("partial_image", "blue"), image_event("completed", "red")))
    engine.paint(FOX, on_progress)

    assert [(each.size, each.getpixel((0, 0))) for each in shown] == [((128, 64), (0, 0, 255))]


@pytest.mark.parametrize("shown", ["é", "", "R0lGODlh"])
def test_a_preview_that_cannot_be_seen_does_no_harm(engine: Endpoint, stub: Stub, shown: str) -> None:
    looked: list[float] = []

    def on_progress(share: float, previews: Sequence[Image.Image] | None = None) -> None:
        assert previews is None
        looked.append(share)
        stub.go_on.set() if len(looked) == 3 else None

    stub.does(stub.slowly(event("image_generation.partial_image", b64_json=shown), image_event("completed", "red")))

    assert engine.paint(FOX, on_progress)[0].image.getpixel((0, 0)) == (255, 0, 0)


def test_several_pictures_come_without_events(engine: Endpoint, stub: Stub) -> None:
    engine.paint(PaintRequest("a fox", 64, 64, 7, count=2), quiet)

    assert "stream" not in stub.asked[0].fields


@pytest.mark.parametrize("name", ["gpt-image-2", "gpt-image-1.5", "dall-e-3"])
def test_previews_that_cost_extra_are_not_asked_for(endpoint: MakeEngine, stub: Stub, name: str) -> None:
    endpoint(name).paint(FOX, quiet)

    assert not {"stream", "partial_images"} & set(stub.asked[0].fields)


def test_who_does_not_stream_is_asked_without(engine: Endpoint, stub: Stub) -> None:
    stub.does(error(400, param="partial_images"), error(400, param="stream"))
    engine.paint(FOX, quiet)

    assert [("stream" in asked.fields, "partial_images" in asked.fields) for asked in stub.asked] == [
        (True, True),
        (True, False),
        (False, False),
    ]


def test_a_refusal_can_come_as_an_event(engine: Endpoint, stub: Stub) -> None:
    stub.does(failing("content_policy_violation"))

    with pytest.raises(Refusal, match="SDXL does not paint this"):
        engine.paint(FOX, quiet)


def test_a_failure_as_an_event_is_tried_again(engine: Endpoint, stub: Stub) -> None:
    stub.does(*[failing("unavailable", "server_error")] * ATTEMPTS)

    with pytest.raises(EngineDown, match="does not answer at present"):
        engine.paint(FOX, quiet)
    assert len(stub.asked) == ATTEMPTS


@pytest.mark.parametrize("sent", [b"", b"data: {\n\n", b"data: 7\n\n", b"data: [DONE]\n\n", event("other")])
def test_who_streams_in_another_way_is_asked_without(engine: Endpoint, stub: Stub, sent: bytes) -> None:
    stub.does(events(sent))
    engine.paint(FOX, quiet)

    assert [("stream" in asked.fields) for asked in stub.asked] == [True, False]


def test_its_previews_may_be_as_large_as_the_picture(
    engine: Endpoint, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview, painted = image_event("partial_image", "blue"), image_event("completed", "red")
    monkeypatch.setattr(asking, "MOST", len(painted) + 20)
    stub.does(events(preview, preview, preview, painted))

    assert engine.paint(FOX, quiet)[0].image.getpixel((0, 0)) == (255, 0, 0)


def test_events_may_come_in_any_pieces() -> None:
    shown: list[str] = []
    stream = Stream(shown.append)
    for byte in event("image_edit.partial_image", b64_json="eA==") + event("image_edit.completed", b64_json="eQ=="):
        stream.feed(bytes([byte]))

    assert shown == ["eA=="]
    assert json.loads(stream.answer or b"")["data"][0]["b64_json"] == "eQ=="
