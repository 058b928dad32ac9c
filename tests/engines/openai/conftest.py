"""An endpoint to paint at, and an engine that asks it without waiting long."""

from collections.abc import Callable, Iterator

import pytest

from app.engines.catalogue import Model
from app.engines.openai import retrying
from app.engines.openai.engine import Endpoint
from config import Settings
from tests.engines.openai.stub import Stub

KEY = "sk-sesame-0123456789abcdef"
MakeEngine = Callable[..., Endpoint]


@pytest.fixture(scope="session")
def one_stub() -> Iterator[Stub]:
    made = Stub()
    yield made
    made.close()


@pytest.fixture
def stub(one_stub: Stub) -> Stub:
    """Nothing asked, and nothing to do but to paint."""
    one_stub.clear()
    return one_stub


@pytest.fixture
def endpoint(stub: Stub) -> MakeEngine:
    """Makes an engine of the stub's: `endpoint(name, OPENAI_SECONDS=1)`."""

    def make(name: str = "sdxl", base_url: str = "", key: str = KEY, **settings: object) -> Endpoint:
        model = Model("sdxl", "openai", "SDXL", source=name, base_url=base_url or stub.url, api_key=key)
        return Endpoint(model, Settings.model_validate(settings))

    return make


@pytest.fixture
def engine(endpoint: MakeEngine) -> Endpoint:
    return endpoint()


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float | None]:
    """The seconds it would wait before it asks again; here it does not."""
    waited: list[float | None] = []
    real = retrying.pause

    def pause(*given: object) -> float | None:
        waited.append(real(*given))  # type: ignore[arg-type]
        return None if waited[-1] is None else 0.0

    monkeypatch.setattr(retrying, "pause", pause)
    return waited
