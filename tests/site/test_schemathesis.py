"""Made-up requests, right and wrong, for every operation: no answer lies outside what the document tells."""

from collections.abc import Callable, Iterator
from contextvars import Context
from itertools import cycle
from threading import Event, Thread
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import CheckContext
from schemathesis.core.transport import Response
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.cast import PASSWORD, Cast, Person, Studio, png
from tests.conftest import MakeApp
from tests.thorough import THOROUGH


def did_not_break(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """503 is an answer: it tells when to come again."""
    assert response.status_code != 500, response.text


CHECKS = [
    did_not_break,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
OF_EACH = 4 if THOROUGH else 2
EXAMPLES = {GenerationMode.POSITIVE: OF_EACH, GenerationMode.NEGATIVE: OF_EACH}
GENEROUS = {
    "REQUESTS_PER_MINUTE_FREE": 100_000,
    "KEY_DIALECT_REQUESTS": 100_000,
    "SIGN_UPS_PER_HOUR": 100_000,
    "SIGN_INS_PER_NETWORK": 100_000,
    "DIALECT_WAIT_SECONDS": 20,
}

Brought = dict[str, dict[str, str]]
Bring = Callable[[], Brought]


def by_cookie(ann: Person) -> Bring:
    """Signed in anew each time, for one of the operations is to sign out."""

    def sign_in() -> Brought:
        ann.post("/api/login", json={"email": ann.email, "password": PASSWORD})
        cookie = ann.browser.get_cookie("limn")
        assert cookie is not None
        return {"cookies": {"limn": cookie.value}}

    return sign_in


def by_key(ann: Person) -> Bring:
    brought = {"headers": {"X-API-Key": ann.makes_key()}}
    return lambda: brought


def by_nothing(ann: Person) -> Bring:
    """With keys that schemathesis makes up, and with none."""
    return dict


@pytest.fixture
def app(make_app: MakeApp) -> Any:
    made = make_app(**GENEROUS)
    with made.app_context():
        yield made


@pytest.fixture
def painter(app: Flask, studio: Studio) -> Iterator[None]:
    """Somebody who works beside the test, for those who wait."""
    over = Event()

    def work() -> None:
        with app.app_context():
            while not over.is_set():
                studio.works()
                over.wait(0.02)

    thread = Thread(target=work)
    thread.start()
    yield
    over.set()
    thread.join()


@pytest.mark.slow
@pytest.mark.parametrize("who", [by_cookie, by_key, by_nothing])
def test_no_answer_lies_outside_its_schema(
    app: Flask, cast: Cast, painter: None, who: Callable[[Person], Bring]
) -> None:
    bring = who(cast.ann)
    ids = {"job_id": cast.ann.starts()}
    cast.ann.moves_to("max")
    schema = Context().run(schemathesis.openapi.from_wsgi, "/api/openapi.json", app)
    schema.config.generation.update(with_security_parameters=who is by_nothing)
    for found in schema.get_all_operations():
        operation = found.ok()  # type: ignore[union-attr]  # the document is valid
        for mode, examples in EXAMPLES.items() if takes_something(operation) else [(GenerationMode.POSITIVE, 1)]:
            ask(operation, mode, examples, ids, bring())


def takes_something(operation: APIOperation[Any, Any, Any, Any]) -> bool:
    """What takes nothing cannot be asked wrongly."""
    told = operation.definition.raw
    return "requestBody" in told or any(part.get("in") != "path" for part in told.get("parameters", []))


def ask(
    operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode, examples: int, ids: dict[str, str], brought: Any
) -> None:
    real = cycle([True, False])

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def every(case: Case[Any]) -> None:
        if next(real):
            make_real(case, ids)
        Context().run(case.call_and_validate, checks=CHECKS, **brought)

    every()


def make_real(case: Case[Any], ids: dict[str, str]) -> None:
    """What schemathesis cannot make up: a job that is there, a file that is a picture, a key that nobody used."""
    case.path_parameters.update({name: ids[name] for name in case.path_parameters.keys() & ids.keys()})
    case.headers.pop("Idempotency-Key", None)
    if isinstance(case.body, dict):
        sent: dict[str, Any] = case.body
        for name in sent.keys() & {"job", "again", "batch", "webhook_url", "mask", "background_image"}:
            del sent[name]
        if case.media_type == "multipart/form-data":
            sent["image"] = png()
