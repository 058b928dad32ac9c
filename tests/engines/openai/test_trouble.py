"""An endpoint in trouble: what is tried again, what is refused, and what stops the model for a while."""

import gzip
import time
import zlib
from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from PIL import Image

from app.engines.openai import asking, retrying
from app.engines.openai.engine import Endpoint
from app.engines.openai.pictures import Broken, opened
from app.engines.openai.retrying import ATTEMPTS, Later, pause, retry_after
from app.engines.protocol import EngineDown, PaintRequest, Source, quiet
from app.refusals import Refusal
from tests.conftest import Clock
from tests.engines.openai.conftest import MakeEngine
from tests.engines.openai.stub import Reply, Stub, body, busy, data, error, half, hang, picture, pictures
from tests.services import free_port

FOX = PaintRequest("a red fox", 64, 64, seed=7)
EDIT = PaintRequest.of(Source(Image.new("RGB", (64, 64))), "a fox")
CUT = b64encode(picture((500, 500), "red"))[:200].decode()


class Gone(Exception):
    """Somebody has canceled."""


@pytest.mark.parametrize("fault", [error(500), error(503), busy("0"), half, body(b"<html>"), pictures(b"no picture")])
def test_what_passes_by_itself_is_tried_again(engine: Endpoint, stub: Stub, fault: Reply) -> None:
    stub.does(fault, fault)

    assert engine.paint(FOX, quiet)[0].image.size == (64, 64)
    assert len(stub.asked) == 3
    assert len({asked.headers["Idempotency-Key"] for asked in stub.asked}) == 1


def test_another_request_is_another_wish(engine: Endpoint, stub: Stub) -> None:
    engine.paint(FOX, quiet)
    engine.paint(FOX, quiet)
    assert len({asked.headers["Idempotency-Key"] for asked in stub.asked}) == 2


def test_it_waits_longer_each_time(engine: Endpoint, stub: Stub, pauses: list[float]) -> None:
    stub.does(error(503), error(503), error(503))
    engine.paint(FOX, quiet)

    assert 0.25 <= pauses[0] <= 0.5 <= pauses[1] <= 1 <= pauses[2] <= 2


def test_it_waits_as_long_as_the_endpoint_asks(engine: Endpoint, stub: Stub, pauses: list[float]) -> None:
    stub.does(busy("7"), busy("12", status=503))
    engine.paint(FOX, quiet)

    assert pauses == [7, 12]


def test_for_a_long_rest_the_job_waits_elsewhere(engine: Endpoint, stub: Stub) -> None:
    stub.does(busy("3600"))

    with pytest.raises(EngineDown, match="SDXL does not answer at present: it answers 429"):
        engine.paint(FOX, quiet)
    assert len(stub.asked) == 1


def test_a_rest_can_be_a_date(time: Clock) -> None:
    until = datetime(2026, 11, 20, 12, 0, 30, tzinfo=UTC)

    assert retry_after({"retry-after": format_datetime(until, usegmt=True)}) == 30
    assert retry_after({"retry-after": format_datetime(until - timedelta(hours=1), usegmt=True)}) == 0


@pytest.mark.parametrize("written", ["", "soon", "-1", "1e99", "١٢x"])
def test_a_rest_that_nobody_understands_is_none(written: str) -> None:
    assert retry_after({"retry-after": written}) is None


def test_chance_keeps_callers_apart() -> None:
    assert [pause(1, Later("busy"), lambda by=by: by) for by in (0.0, 1.0)] == [0.5, 1.0]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (error(503), "SDXL does not answer at present: it answers 503"),
        (error(429, "rate_limit_exceeded"), "does not answer at present: it answers 429"),
        (half, "does not answer at present: the connection broke off"),
    ],
)
def test_what_goes_on_stops_the_model_for_a_while(engine: Endpoint, stub: Stub, fault: Reply, words: str) -> None:
    stub.does(*[fault] * ATTEMPTS)

    with pytest.raises(EngineDown, match=words):
        engine.paint(FOX, quiet)
    assert len(stub.asked) == ATTEMPTS


def test_nobody_at_the_address_stops_the_model_for_a_while(endpoint: MakeEngine) -> None:
    nowhere = endpoint(base_url=f"http://127.0.0.1:{free_port()}")

    with pytest.raises(EngineDown, match="SDXL does not answer at present: nobody answers at its address"):
        nowhere.paint(FOX, quiet)


def test_an_endpoint_that_hangs_is_not_waited_for_for_ever(endpoint: MakeEngine, stub: Stub) -> None:
    stub.does(hang)

    with pytest.raises(EngineDown, match="no answer in 1 s"):
        endpoint(OPENAI_SECONDS=1).paint(FOX, quiet)
    assert stub.left.wait(5)
    assert len(stub.asked) == 1


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (error(401, "invalid_api_key"), "does not accept its key: check OPENAI_API_KEY"),
        (error(403), "does not accept its key: check OPENAI_API_KEY"),
        (error(404, "model_not_found"), "is no model of its endpoint: check OPENAI_MODEL"),
        (error(403, "model_not_found"), "is no model of its endpoint: check OPENAI_MODEL"),
        (error(400, param="model"), "is no model of its endpoint: check OPENAI_MODEL"),
        (error(404), "has no Images API at its address: check OPENAI_BASE_URL"),
        (body(b"", 302, Location="http://127.0.0.1/"), "has no Images API at its address: check OPENAI_BASE_URL"),
        (error(429, "insufficient_quota"), "has used up its account"),
        (error(400, "billing_hard_limit_reached", type="image_generation_user_error"), "has used up its account"),
    ],
)
def test_what_the_operator_has_to_mend_is_said_at_once(engine: Endpoint, stub: Stub, fault: Reply, words: str) -> None:
    stub.does(fault)

    with pytest.raises(EngineDown, match=words):
        engine.paint(FOX, quiet)
    assert len(stub.asked) == 1


def test_an_address_that_is_none_is_said_at_once(endpoint: MakeEngine) -> None:
    with pytest.raises(EngineDown, match="OPENAI_BASE_URL is no address"):
        endpoint(base_url="http://gpu:port/v1")


@pytest.mark.parametrize(
    "fault",
    [
        error(400, "content_policy_violation"),
        error(400, "moderation_blocked", type="image_generation_user_error"),
        error(400, "contentFilter"),
        error(400, message="Your request was rejected as a result of our safety system."),
        error(403, message="Your chosen model requires moderation and your input was flagged."),
        error(451),
    ],
)
def test_what_is_against_the_endpoints_rules_is_refused(engine: Endpoint, stub: Stub, fault: Reply) -> None:
    stub.does(fault)

    with pytest.raises(Refusal, match="SDXL does not paint this: it is against the rules") as refused:
        engine.paint(FOX, quiet)
    assert (refused.value.code, len(stub.asked)) == ("content_policy", 1)


def test_its_category_is_told_in_our_words(engine: Endpoint, stub: Stub) -> None:
    details = {"moderation_stage": "input", "categories": ["self-harm/intent"]}
    stub.does(error(400, "moderation_blocked", moderation_details=details))

    with pytest.raises(Refusal) as refused:
        engine.paint(FOX, quiet)
    assert refused.value.facts["category"] == "violence"


@pytest.mark.parametrize(
    ("verdict", "category"),
    [
        (error(400, "moderation_blocked", moderation_details={"moderation_stage": "output"}), "endpoint"),
        (data({"b64_json": None, "respect_moderation": False}), "endpoint"),
        (data({"content_filter_results": {"sexual": {"filtered": True}}}), "sexual"),
    ],
)
def test_a_picture_that_it_withholds_is_marked(engine: Endpoint, stub: Stub, verdict: Reply, category: str) -> None:
    stub.does(verdict)

    assert engine.paint(FOX, quiet)[0].withheld == category


def test_where_one_is_withheld_no_more_are_paid_for(engine: Endpoint, stub: Stub) -> None:
    stub.does(pictures(picture()), error(400, "moderation_blocked", moderation_details={"moderation_stage": "output"}))
    paintings = engine.paint(PaintRequest("a fox", 64, 64, 7, count=4), quiet)

    assert [painting.withheld for painting in paintings] == ["", "endpoint"]
    assert len(stub.asked) == 2


def test_other_refusals_are_told_in_few_plain_letters(engine: Endpoint, stub: Stub) -> None:
    told = "The <b>prompt</b>\n is \x1b[31mwrong" + " and so on" * 100
    stub.does(error(400, message=told))

    with pytest.raises(Refusal) as refused:
        engine.paint(FOX, quiet)
    assert refused.value.code == "invalid"
    assert "SDXL does not take this request: The bprompt/b is 31mwrong and so on" in refused.value.message
    assert len(refused.value.message) < 300


@pytest.mark.parametrize(
    "fault",
    [
        error(404),
        error(400, "invalid_value", "Invalid value: 'dall-e-3'. Value must be 'dall-e-2'.", param="model"),
        error(403, "missing_scope"),
        error(401, message="You have insufficient permissions: missing scopes."),
    ],
)
def test_who_does_no_edits_refuses_them_and_paints_from_words(engine: Endpoint, stub: Stub, fault: Reply) -> None:
    stub.does(fault)

    with pytest.raises(Refusal, match="SDXL does not work on given pictures") as refused:
        engine.paint(EDIT, quiet)
    assert refused.value.facts["field"] == "model"


@pytest.mark.parametrize(
    "nonsense",
    [
        body(b"{"),
        body(b"[" * 100_000),
        body(b'"data"'),
        body(gzip.compress(gzip.compress(b"[]")), Content_Encoding="gzip, gzip"),
        body(b"[]", Content_Encoding="gzip"),
        data(),
        data({}),
        data({"b64_json": "***"}),
        data({"b64_json": CUT}),
        data({"b64_json": 7}),
        data({"url": "data:image/png;base64,"}),
        data({"url": "http://127.0.0.2/1.png"}),
        data({"url": "file:///etc/passwd"}),
        data({"url": "http://[oh"}),
        pictures(b"GIF89a" + bytes(100)),
        pictures(picture((64, 64), kind="BMP")),
    ],
)
def test_nonsense_comes_to_nothing_and_does_not_stop_the_model(engine: Endpoint, stub: Stub, nonsense: Reply) -> None:
    stub.does(*[nonsense] * ATTEMPTS)

    with pytest.raises(Refusal, match="was asked several times and could not paint this") as refused:
        engine.paint(FOX, quiet)
    assert refused.value.code == "engine_unavailable"


@pytest.mark.parametrize(
    ("side", "told"), [(8_000, "8000 × 8000 pixels"), (12_000, "DecompressionBomb"), (60_000, "DecompressionBomb")]
)
def test_a_picture_that_is_too_large_is_never_decoded(side: int, told: str) -> None:
    header = chunk(b"IHDR", side.to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00")

    with pytest.raises(Broken, match=told):
        opened(b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", b""))


def test_a_picture_whose_metadata_are_broken_is_broken() -> None:
    start, end = picture()[:33], picture()[33:]  # before and after the end of IHDR

    with pytest.raises(Broken, match="no picture that can be read"):
        opened(start + chunk(b"eXIf", b"II*\x00") + end)


def chunk(name: bytes, content: bytes) -> bytes:
    """Of a PNG."""
    return len(content).to_bytes(4, "big") + name + content + zlib.crc32(name + content).to_bytes(4, "big")


def test_an_answer_that_is_too_large_is_cut_off(engine: Endpoint, stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "MOST", 100)
    stub.does(*[pictures(picture())] * ATTEMPTS)

    with pytest.raises(Refusal, match="could not paint this"):
        engine.paint(FOX, quiet)


@pytest.mark.parametrize(
    ("fault", "attempts"), [(error(500), ATTEMPTS), (error(504), 1), (error(524), 1), (body(b"<html>", 403), 1)]
)
def test_a_request_that_always_fails_does_not_keep_the_others_waiting(
    engine: Endpoint, stub: Stub, fault: Reply, attempts: int
) -> None:
    """A model that does not work is tried again with the job that waits longest: with the same one, time and again."""
    stub.does(*[fault] * 3 * attempts)
    for _ in range(2):
        with pytest.raises(EngineDown):
            engine.paint(FOX, quiet)

    with pytest.raises(Refusal, match="was asked several times"):
        engine.paint(FOX, quiet)


def test_so_does_one_that_it_gives_up_after_long_work(
    engine: Endpoint, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As another Limn, which takes a job back that nobody can wait for."""
    monkeypatch.setattr(asking, "LONG", 0.0)
    stub.does(*[error(503)] * 3 * ATTEMPTS)
    for _ in range(2):
        with pytest.raises(EngineDown):
            engine.paint(FOX, quiet)

    with pytest.raises(Refusal, match="was asked several times"):
        engine.paint(FOX, quiet)


def test_what_was_painted_after_all_is_forgiven(engine: Endpoint, stub: Stub) -> None:
    for _ in range(4):
        stub.does(*[error(500)] * ATTEMPTS)
        with pytest.raises(EngineDown):
            engine.paint(FOX, quiet)
        engine.paint(FOX, quiet)


def test_a_picture_that_cannot_be_fetched_is_not_paid_for_without_end(engine: Endpoint, stub: Stub) -> None:
    elsewhere = data({"url": f"https://127.0.0.1:{free_port()}/1.png"})
    stub.does(*[elsewhere] * ATTEMPTS)

    with pytest.raises(Refusal, match="was asked several times"):
        engine.paint(FOX, quiet)


def test_who_is_away_for_long_loses_no_job(engine: Endpoint, stub: Stub) -> None:
    stub.does(*[error(503)] * 5 * ATTEMPTS)

    for _ in range(5):
        with pytest.raises(EngineDown):
            engine.paint(FOX, quiet)


def test_a_cancel_closes_the_connection_at_once(engine: Endpoint, stub: Stub) -> None:
    stub.does(hang)
    looks = 0

    def on_progress(share: float, previews: Sequence[Image.Image] | None = None) -> None:
        nonlocal looks
        looks += 1
        if looks == 3:
            raise Gone

    began = time.monotonic()
    with pytest.raises(Gone):
        engine.paint(FOX, on_progress)
    assert time.monotonic() - began < 2
    assert stub.left.wait(5)


def test_a_cancel_ends_the_waiting_too(engine: Endpoint, stub: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrying, "pause", lambda *_: 60.0)
    stub.does(error(503))
    looks = 0

    def on_progress(share: float, previews: Sequence[Image.Image] | None = None) -> None:
        nonlocal looks
        looks += 1
        if looks == 3:
            raise Gone

    began = time.monotonic()
    with pytest.raises(Gone):
        engine.paint(FOX, on_progress)
    assert time.monotonic() - began < 10
