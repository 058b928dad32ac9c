"""Whether an endpoint is there is known before the first job."""

import pytest

from app.engines import Model, open_engine
from app.engines.protocol import EngineDown, PaintRequest, quiet
from config import Settings
from tests.engines.openai.conftest import KEY
from tests.engines.openai.stub import Reply, Stub, body, error
from tests.services import free_port


def opened(url: str) -> object:
    model = Model("sdxl", "openai", "SDXL", base_url=url, api_key=KEY)
    return open_engine(model, Settings.model_validate({}))


def test_its_models_are_asked_for(stub: Stub) -> None:
    stub.does(body(b'{"data": []}'))
    engine = open_engine(Model("sdxl", "openai", "SDXL", base_url=stub.url), Settings.model_validate({}))

    assert [(asked.method, asked.path) for asked in stub.asked] == [("GET", "/v1/models")]
    assert engine.paint(PaintRequest("a fox", 64, 64, 7), quiet)[0].image.size == (64, 64)


@pytest.mark.parametrize(
    "answer", [error(404), body(b"no list"), error(403, message="no"), error(401, message="Scope")]
)
def test_whoever_lists_no_models_may_paint_all_the_same(stub: Stub, answer: Reply) -> None:
    stub.does(answer)

    assert repr(opened(stub.url)) == "Endpoint(SDXL)"


@pytest.mark.parametrize(
    ("answer", "words"),
    [(error(401, "invalid_api_key"), "does not accept its key: check OPENAI_API_KEY"), (error(502), "answers 502")],
)
def test_who_does_not_work_is_told(stub: Stub, answer: Reply, words: str) -> None:
    stub.does(answer)

    with pytest.raises(EngineDown, match=words):
        opened(stub.url)


def test_who_is_not_there_is_told() -> None:
    with pytest.raises(EngineDown, match="SDXL does not answer at present: nobody answers at its address"):
        opened(f"http://127.0.0.1:{free_port()}")
