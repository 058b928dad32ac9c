"""What the OpenAI dialect refuses, and how: by name, with OpenAI's status codes."""

import base64
from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from app.credits import wallet
from app.extensions import db, transaction
from app.jobs.models import Job, State
from tests.cast import Cast, Program, Studio, png
from tests.conftest import Clock, MakeApp
from tests.dialects.calls import error, generates, mask, sends, told

PAINT = "/v1/images/generations"


@pytest.mark.parametrize(
    ("fields", "param", "code"),
    [
        ({"prompt": ""}, "prompt", "missing_required_parameter"),
        ({"prompt": " \n"}, "prompt", "missing_required_parameter"),
        ({"prompt": None}, "prompt", "missing_required_parameter"),
        ({"prompt": 5}, "prompt", "invalid_value"),
        ({"prompt": "x" * 32_001}, "prompt", "invalid_value"),
        ({"n": 0}, "n", "invalid_value"),
        ({"n": 11}, "n", "invalid_value"),
        ({"n": "2"}, "n", "invalid_value"),
        ({"n": 1.5}, "n", "invalid_value"),
        ({"size": "333x333"}, "size", "invalid_value"),
        ({"size": "128x128"}, "size", "invalid_value"),
        ({"size": "3840x2160"}, "size", "invalid_value"),
        ({"size": "2048x256"}, "size", "invalid_value"),
        ({"size": "large"}, "size", "invalid_value"),
        ({"size": "²x²"}, "size", "invalid_value"),
        ({"quality": "xhigh"}, "quality", "unsupported_value"),
        ({"style": "cubist"}, "style", "unsupported_value"),
        ({"response_format": "file"}, "response_format", "unsupported_value"),
        ({"output_format": "gif"}, "output_format", "unsupported_value"),
        ({"output_format": "svg"}, "output_format", "unsupported_value"),
        ({"output_format": "jpeg", "output_compression": 101}, "output_compression", "invalid_value"),
        ({"output_compression": 50}, "output_compression", "invalid_value"),
        ({"background": "transparent"}, "background", "unsupported_value"),
        ({"moderation": "low"}, "moderation", "unsupported_value"),
        ({"partial_images": 1}, "partial_images", "invalid_value"),
        ({"partial_images": 4, "stream": True}, "partial_images", "invalid_value"),
        ({"stream": "yes"}, "stream", "invalid_value"),
        ({"stream": True, "response_format": "url"}, "response_format", "invalid_value"),
        ({"svg": {"model": "x"}}, "svg", "unsupported_parameter"),
        ({"frame_count": 3}, "frame_count", "unsupported_parameter"),
        ({"input_fidelity": "high"}, "input_fidelity", "unsupported_parameter"),
        ({"sampler": "euler"}, "sampler", "unknown_parameter"),
        ({"user": 5}, "user", "invalid_value"),
    ],
)
def test_what_is_not_done_here_is_refused_by_name(
    cast: Cast, program: Program, fields: dict[str, object], param: str, code: str
) -> None:
    before = cast.ann.credits
    said = error(program.post(PAINT, json={"prompt": "a fox", **fields}), 400)
    assert (said["type"], said["param"], said["code"]) == ("invalid_request_error", param, code)
    assert param in said["message"]
    assert (db.session.query(Job).count(), cast.ann.credits) == (0, before)


@pytest.mark.parametrize("model", ["gpt-5", "", "dall-e-4"])
def test_an_unknown_model_is_not_found(program: Program, model: str) -> None:
    said = error(generates(program, model=model), 404)
    assert (said["param"], said["code"]) == ("model", "model_not_found")


def test_an_unknown_model_cannot_be_looked_at_either(program: Program) -> None:
    assert error(program.get("/v1/models/gpt-5"), 404)["code"] == "model_not_found"


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"[" * 100_000, b"\xff"])
@pytest.mark.parametrize("call", ["generations", "edits"])
def test_a_body_that_is_no_object_is_refused(program: Program, call: str, body: bytes) -> None:
    answer = program.post(f"/v1/images/{call}", data=body, content_type="application/json")
    assert error(answer, 400)["param"] == "body"


def test_a_form_where_json_belongs_is_refused(program: Program) -> None:
    assert error(program.post(PAINT, data={"prompt": "a fox"}), 400)["param"] == "body"


@pytest.mark.parametrize(
    ("fields", "param", "code"),
    [
        ({"image": "no file"}, "image", "missing_required_parameter"),
        ({"image": b""}, "image", "invalid_image_file"),
        ({"image": b"just words, and no picture at all"}, "image", "invalid_image_file"),
        ({"mask": b"just words, and no picture at all"}, "mask", "invalid_image_file"),
        ({"prompt": b"a file where a text belongs"}, "prompt", "unsupported_parameter"),
        ({"markup": b"a file"}, "markup", "unsupported_parameter"),
        ({"prompt": ""}, "prompt", "missing_required_parameter"),
        ({"style": "vivid"}, "style", "unsupported_parameter"),
        ({"background": "transparent"}, "background", "unsupported_value"),
        ({"n": "three"}, "n", "invalid_value"),
        ({"input_fidelity": "extreme"}, "input_fidelity", "unsupported_value"),
        ({"svg[model]": "x"}, "svg[model]", "unknown_parameter"),
        ({"image_url": "https://limn.example/a.png"}, "image_url", "unknown_parameter"),
    ],
)
def test_of_a_form_too(cast: Cast, program: Program, fields: dict[str, Any], param: str, code: str) -> None:
    before = cast.ann.credits
    said = error(sends(program, "edits", **{"prompt": "at night", **fields}), 400)
    assert (said["param"], said["code"]) == (param, code)
    assert cast.ann.credits == before


def test_more_than_one_picture_is_refused(program: Program) -> None:
    form = {"image[]": [(BytesIO(png()), "a.png"), (BytesIO(png()), "b.png")], "prompt": "at night"}
    answer = program.post("/v1/images/edits", data=form, content_type="multipart/form-data")
    assert error(answer, 400)["param"] == "image"


@pytest.mark.parametrize("field", ["prompt", "quality", "output_format", "stream"])
def test_variations_take_less(program: Program, field: str) -> None:
    assert error(sends(program, "variations", **{field: "x"}), 400)["code"] == "unsupported_parameter"


DATA = "data:image/png;base64," + base64.b64encode(png()).decode()


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"images": []}, "images"),
        ({"images": None}, "images"),
        ({"images": "data:"}, "images"),
        ({"images": [{"image_url": DATA}] * 2}, "images"),
        ({"images": [{"file_id": "file-abc123"}]}, "images.file_id"),
        ({"images": [{"image_url": "https://limn.example/a.png"}]}, "images.image_url"),
        ({"images": [{"image_url": "data:image/png;base64,§§"}]}, "images.image_url"),
        ({"images": [{"image_url": 5}]}, "images.image_url"),
        ({"images": [DATA]}, "images"),
        ({"mask": {"file_id": "file-abc123"}}, "mask.file_id"),
        ({"mask": [DATA]}, "mask"),
    ],
)
def test_json_with_pictures_that_are_elsewhere_is_refused(
    program: Program, fields: dict[str, object], param: str
) -> None:
    body = {"prompt": "at night", "images": [{"image_url": DATA}], **fields}
    assert error(program.post("/v1/images/edits", json=body), 400)["param"] == param


def test_a_picture_that_is_broken_is_the_senders_fault(cast: Cast, program: Program, painted: Studio) -> None:
    before = cast.ann.credits
    assert error(sends(program, "edits", png()[:50], prompt="at night"), 400)["code"] == "invalid_image_file"
    assert cast.ann.credits == before


def test_a_mask_of_another_shape_is_refused(cast: Cast, program: Program, painted: Studio) -> None:
    before = cast.ann.credits
    answer = sends(program, "edits", png(40, 30), mask=mask(300, 40), prompt="a balloon")
    assert error(answer, 400)["code"] == "invalid_value"
    assert cast.ann.credits == before


def test_a_picture_that_is_too_large_is_refused(make_app: MakeApp, time: Clock) -> None:
    app = make_app(UPLOAD_MB=1)
    with app.app_context():
        program = Cast(app).ann.program()
        one = sends(program, "edits", png() + bytes(1_100_000), prompt="at night")
        both = sends(program, "edits", png() + bytes(5_000_000), prompt="at night")
        assert error(one, 413)["code"] == error(both, 413)["code"] == "request_too_large"


ALL = ["GET /v1/models", "GET /v1/models/x", f"POST {PAINT}", "POST /v1/images/edits", "POST /v1/images/variations"]


@pytest.mark.parametrize("route", ALL)
def test_a_stranger_is_asked_for_a_key(cast: Cast, app: Flask, route: str) -> None:
    method, path = route.split()
    for actor in (cast.guest(), Program(app, "sk-1234", header="Authorization")):
        said = error(actor.ask(method.lower(), path), 401)
        assert (said["type"], said["code"]) == ("invalid_request_error", "invalid_api_key")


def test_a_key_without_the_scope_is_refused(cast: Cast) -> None:
    reader, painter = cast.ann.program(scopes=["read"]), cast.ann.program(scopes=["generate"])
    assert error(generates(reader), 403)["code"] == "missing_scope"
    assert error(sends(painter, "edits", prompt="at night"), 403)["code"] == "missing_scope"
    assert reader.get("/v1/models").status_code == 200


@pytest.mark.parametrize(("method", "path"), [("get", "/v1/nothing"), ("post", "/v1/chat/completions")])
def test_what_is_not_there_is_said_in_this_dialect(program: Program, method: str, path: str) -> None:
    assert error(program.ask(method, path), 404)["code"] == "not_found"


def test_a_wrong_method_is_said_in_this_dialect(program: Program) -> None:
    assert error(program.get(PAINT), 405)["code"] == "method_not_allowed"
    assert error(program.ask("delete", "/v1/models/dall-e-3"), 405)["code"] == "method_not_allowed"


def test_a_fault_of_ours_is_said_in_this_dialect(app: Flask, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.dialects.work.lifecycle.start", lambda *_: 1 // 0)
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    assert error(generates(program), 500)["type"] == "server_error"


def test_out_of_credits_is_a_quota_that_no_retry_mends(cast: Cast, program: Program, time: Clock) -> None:
    with transaction() as tx:
        wallet.hold(tx, cast.ann.id, "elsewhere", cast.ann.credits - 59, "elsewhere", time.now())
    answer = generates(program, n=3)
    assert error(answer, 429)["code"] == "insufficient_quota"
    assert answer.headers["x-should-retry"] == "false"
    assert (db.session.query(Job).count(), cast.ann.credits) == (0, 59)


def test_too_many_requests_say_when_to_come_again(make_app: MakeApp, time: Clock) -> None:
    app = make_app(REQUESTS_PER_MINUTE_FREE=3)
    with app.app_context():
        program = Cast(app).ann.program()
        answers = [program.get("/v1/models") for _ in range(4)]
        assert error(answers[-1], 429)["code"] == "rate_limit_exceeded"
        assert int(answers[-1].headers["Retry-After"]) > 0
        assert "x-should-retry" not in answers[-1].headers


def test_the_same_key_for_another_request_is_a_conflict(program: Program, painted: Studio) -> None:
    first, second = (
        program.post(PAINT, json={"prompt": prompt}, headers={"Idempotency-Key": "order 1"})
        for prompt in ("fox", "owl")
    )
    assert first.status_code == 200
    assert error(second, 409)["code"] == "conflict"


def test_a_refused_prompt_is_a_violation_in_every_call(cast: Cast, program: Program) -> None:
    before = cast.ann.credits
    prompt = "Mickey Mouse on a bicycle"
    edits = sends(program, "edits", prompt=prompt), sends(program, "edits", mask=mask(), prompt=prompt)
    for answer in (generates(program, prompt), generates(program, prompt, stream=True), *edits):
        said = error(answer, 400)
        assert (said["code"], said["param"]) == ("content_policy_violation", "prompt")
        assert "character" in said["message"]
    assert (db.session.query(Job).count(), cast.ann.credits) == (0, before)


def test_one_that_takes_too_long_is_given_up_and_not_charged(make_app: MakeApp, time: Clock) -> None:
    app = make_app(DIALECT_WAIT_SECONDS=0)
    with app.app_context():
        ann = Cast(app).ann
        assert error(generates(ann.program()), 503)["message"] == "Image generation timed out."
        [event] = told(generates(ann.program(), stream=True))
        assert event["error"]["message"] == "Image generation timed out."
        assert {job.state for job in db.session.query(Job)} == {State.CANCELED}
        assert ann.credits == 100
