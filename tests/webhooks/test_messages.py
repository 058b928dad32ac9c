"""What is sent is what the API's document says is sent."""

from typing import Any

import pytest
from flask import Flask
from openapi_schema_validator import OAS31Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from app.refusals import Refusal
from tests.cast import Cast, Studio
from tests.conftest import Clock
from tests.webhooks.conftest import deliver
from tests.webhooks.receiver import Message, Receiver


@pytest.fixture
def document(cast: Cast) -> dict[str, Any]:
    return dict(cast.guest().get("/api/openapi.json").json)


def assert_told(document: dict[str, Any], message: Message) -> None:
    """Its body and its headers are those that the document has for its type."""
    told = document["webhooks"][message.json["type"]]["post"]
    name = told["requestBody"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
    registry = Registry().with_resource("", DRAFT202012.create_resource(document))
    schema = {"$ref": f"#/components/schemas/{name}"}
    validator = OAS31Validator(schema, registry=registry, _resolver=registry.resolver(""))
    assert [error.message for error in validator.iter_errors(message.json)] == []
    assert {parameter["name"] for parameter in told["parameters"]} <= message.headers.keys()


def test_every_kind_of_message_is_as_the_document_says(
    app: Flask, cast: Cast, studio: Studio, receiver: Receiver, time: Clock, document: dict[str, Any]
) -> None:
    cast.ann.hears_at(receiver.url)
    cast.ann.starts()
    studio.works()
    studio.engine.fails_with = Refusal("engine_unavailable", "The brushes are out.")
    cast.ann.starts()
    studio.works()
    cast.ann.post(f"/api/job/{cast.ann.starts()}/cancellation")
    cast.ann.post("/api/webhooks/test")
    deliver()
    for message in receiver.got:
        assert_told(document, message)
    assert sorted(message.json["type"] for message in receiver.got) == sorted(document["webhooks"])
