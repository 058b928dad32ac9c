"""The key reaches the endpoint and nobody else: no log, no message, no traceback."""

import logging
import traceback

import pytest

from app.engines.catalogue import Model
from app.engines.openai.address import Address
from app.engines.openai.engine import Endpoint
from app.engines.openai.retrying import ATTEMPTS
from app.engines.openai.verdicts import Verdicts
from app.engines.protocol import EngineDown, PaintRequest, quiet
from app.refusals import Refusal
from config import Settings
from tests.engines.openai.conftest import KEY, MakeEngine
from tests.engines.openai.stub import Reply, Stub, body, data, error, half, picture

FOX = PaintRequest("a red fox", 64, 64, seed=7)


@pytest.mark.parametrize(
    "fault",
    [
        error(401, "invalid_api_key", f"Incorrect API key provided: {KEY}."),
        error(400, message=f"Your key {KEY} may not do this."),
        error(404, "model_not_found", KEY),
        body(f"<html>{KEY}</html>".encode(), 500),
        half,
    ],
)
def test_no_fault_tells_the_key(engine: Endpoint, stub: Stub, caplog: pytest.LogCaptureFixture, fault: Reply) -> None:
    caplog.set_level(logging.DEBUG)
    stub.does(*[fault] * ATTEMPTS)

    with pytest.raises((EngineDown, Refusal)) as raised:
        engine.paint(FOX, quiet)

    told = "".join(traceback.format_exception(raised.value))
    assert stub.asked[0].headers["Authorization"] == f"Bearer {KEY}"
    assert KEY not in told + caplog.text + repr(engine)
    assert "sesame" not in told + caplog.text


def test_nothing_that_knows_the_key_shows_it(engine: Endpoint) -> None:
    model = Model("sdxl", "openai", "SDXL", base_url="http://127.0.0.1", api_key=KEY)
    made = (model, Address(model.base_url, KEY), Verdicts.of(model, Settings.model_validate({})), engine)

    assert KEY not in "".join(f"{each!r} {each}" for each in made)


def test_a_password_in_the_address_is_sent_and_not_told(
    endpoint: MakeEngine, stub: Stub, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    endpoint(base_url=stub.url.replace("//", "//ann:s3same%40@"), key="").paint(FOX, quiet)

    assert stub.asked[0].headers["Authorization"] == "Basic YW5uOnMzc2FtZUA="
    assert "s3same" not in caplog.text


@pytest.mark.parametrize("key", [f"{KEY}\nX-Evil: 1", f"{KEY}…"])
def test_a_key_that_is_none_is_not_told_either(endpoint: MakeEngine, key: str) -> None:
    with pytest.raises(EngineDown, match="OPENAI_API_KEY is no key") as raised:
        endpoint(key=key)

    assert KEY not in "".join(traceback.format_exception(raised.value))


def test_another_host_is_never_sent_the_key(stub: Stub) -> None:
    address = Address(stub.url, KEY)
    elsewhere = address.picture("https://files.example/1.png")
    assert elsewhere is not None

    assert "Authorization" not in address.headers(elsewhere)


def test_the_endpoints_own_files_are_asked_for_with_it(engine: Endpoint, stub: Stub) -> None:
    stub.does(data({"url": "/files/1.png"}), lambda handler: handler.say(200, picture()))
    engine.paint(FOX, quiet)

    assert stub.asked[1].headers["Authorization"] == f"Bearer {KEY}"


def test_in_a_list_of_models_its_own_setting_is_named() -> None:
    model = Model("fast", "openai", "Fast", base_url="http://127.0.0.1")
    listed = Verdicts.of(model, Settings.model_validate({"MODEL_LIST": "models.toml"}))

    assert listed.key_setting == "key_from of “fast” in MODEL_LIST"
