"""The document at /api/openapi.json: valid, complete, and no wider than what is served."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

import jsonschema_rs
import pytest
from flask import Flask
from openapi_spec_validator import validate

from app.refusals import STATUS
from app.site.manual.changelog import came_with, versions
from app.site.manual.reference import entry_of, view
from app.site.meanings import MEANINGS
from app.site.openapi import described
from app.site.openapi.examples import example
from app.site.openapi.operations import Operation, operations, undescribed
from app.site.openapi.schemas import resolved
from app.site.openapi.sections import SECTIONS
from app.tools import TOOLS
from app.web.kind import API
from tests import contract
from tests.cast import Cast
from tests.skips import CORPORA

Document = dict[str, Any]
BRACED = r"{\1}"


@pytest.fixture
def document(app: Flask) -> Document:
    return described().document


@pytest.fixture
def all_operations(app: Flask) -> list[Operation]:
    return operations()


def test_it_is_valid(document: Document) -> None:
    validate(document)


def test_what_it_names_is_there(document: Document) -> None:
    named = set(re.findall(r'"#/(components/[^"]+)"', json.dumps(document)))
    assert named
    for path in named:
        _, kind, name = path.split("/")
        assert name in document["components"][kind], path


def test_it_is_served_to_everybody(cast: Cast, document: Document) -> None:
    answer = cast.guest().get("/api/openapi.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.json == document


def test_it_is_not_sent_twice(cast: Cast) -> None:
    tag = cast.guest().get("/api/openapi.json").headers["ETag"]
    assert cast.guest().get("/api/openapi.json", headers={"If-None-Match": tag}).status_code == 304


def test_every_route_describes_itself(app: Flask) -> None:
    assert undescribed() == []


def test_it_has_every_route_and_no_other(app: Flask, document: Document) -> None:
    served = {
        f"{method} {re.sub(r'<(?:[^:>]*:)?([^>]+)>', BRACED, rule.rule)}"
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(API)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    told = {f"{method.upper()} {path}" for path, entries in document["paths"].items() for method in entries}
    assert told == served


def test_no_two_operations_share_an_id(all_operations: list[Operation]) -> None:
    ids = [operation.id for operation in all_operations]
    assert len(set(ids)) == len(ids)


def test_every_operation_stands_in_a_known_section(all_operations: list[Operation]) -> None:
    known = {section.name for section in SECTIONS}
    assert {one.title for one in all_operations if one.endpoint.section not in known} == set()


def test_every_operation_tells_what_came_with_which_version(all_operations: list[Operation]) -> None:
    assert {operation.title for operation in all_operations} == set(came_with())


def test_an_endpoint_came_once(app: Flask) -> None:
    listed = [endpoint for version in versions() for endpoint in version.endpoints]
    assert len(set(listed)) == len(listed)


def test_every_error_has_a_meaning() -> None:
    assert set(MEANINGS) == set(STATUS)


@pytest.mark.parametrize("name", [name for name, tool in TOOLS.items() if tool.files])
def test_a_tool_takes_its_files_and_options(document: Document, name: str) -> None:
    form = document["paths"][f"/api/{name}"]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]
    named = {*(file.name for file in TOOLS[name].files), *TOOLS[name].Params.model_fields}
    assert named | {"job", "again", "dry_run", "webhook_url"} <= set(form["properties"])


def test_every_example_is_as_its_schema_says(document: Document) -> None:
    schemas = document["components"]["schemas"]
    for name, schema in schemas.items():
        validator = jsonschema_rs.Draft202012Validator(schema | {"components": {"schemas": schemas}})
        wrong = [error.message for error in validator.iter_errors(example(schema, schemas))]
        assert wrong == [], name


def test_every_sample_asks_for_what_there_is(all_operations: list[Operation], document: Document) -> None:
    schemas = document["components"]["schemas"]
    for operation in all_operations:
        content = entry_of(operation).get("requestBody", {}).get("content", {})
        call = view(operation, "").call
        for media in content.values():
            fields = resolved(media["schema"], schemas)["properties"]
            assert {*(call.json or {}), *call.fields, *call.files} <= set(fields), operation.title


def test_a_request_may_bring_what_makes_a_retry_safe(document: Document) -> None:
    for entries in document["paths"].values():
        named = [parameter.get("$ref", "") for parameter in entries.get("post", {}).get("parameters", [])]
        assert "post" not in entries or "#/components/parameters/IdempotencyKey" in named


def test_every_answer_tells_the_limit_but_that_of_polling(document: Document) -> None:
    for path, entries in document["paths"].items():
        for entry in entries.values():
            told = all("RateLimit" in answer["headers"] for answer in entry["responses"].values())
            assert told == (path != "/api/job/{job_id}" or "cancellation" in path)


def test_too_often_tells_when_to_come_again(document: Document) -> None:
    answer = document["paths"]["/api/generate"]["post"]["responses"]["429"]
    assert "Retry-After" in answer["headers"]


def test_what_no_key_opens_is_told(document: Document) -> None:
    assert document["paths"]["/api/keys"]["post"]["security"] == [{"session": []}]
    assert {"key": []} in document["paths"]["/api/me"]["get"]["security"]


@pytest.mark.needs("corpora")
def test_the_openai_dialect_takes_what_openais_own_description_asks_for(document: Document) -> None:
    theirs = json.loads((CORPORA / "openai-openapi/openapi-images.json").read_text())
    for path in ("/images/generations", "/images/edits", "/images/variations"):
        asked, ours = theirs["paths"][path]["post"], document["paths"][f"/v1{path}"]["post"]
        media, told = next(iter(ours["requestBody"]["content"].items()))
        wanted, taken = (
            _whole(asked["requestBody"]["content"][media]["schema"], theirs),
            _whole(told["schema"], document),
        )
        assert set(wanted["required"]) == set(taken["required"])
        assert set(wanted["properties"]) <= set(taken["properties"])


def _whole(schema: Document, document: Document) -> Document:
    name = schema.get("$ref", "").removeprefix("#/components/schemas/")
    found: Document = document["components"]["schemas"][name] if name else schema
    return found


@dataclass
class Made:
    """An answer that nobody gave."""

    json: dict[str, Any]
    status_code: int = 200
    mimetype: str | None = "application/json"
    headers: Any = field(default_factory=dict)


def test_an_answer_that_is_told_otherwise_is_noticed(cast: Cast) -> None:
    body = cast.ann.get("/api/me").json
    contract.hold(cast.app, "GET", "/api/me", Made(body))
    with pytest.raises(AssertionError, match="surprise"):
        contract.hold(cast.app, "GET", "/api/me", Made(body | {"surprise": 1}))


def test_a_status_that_is_told_nowhere_is_noticed(cast: Cast) -> None:
    with pytest.raises(AssertionError, match="GET /api/me does not tell that it answers 418"):
        contract.hold(cast.app, "GET", "/api/me", Made({}, 418))


def test_a_header_that_is_told_nowhere_is_noticed(cast: Cast) -> None:
    body = cast.ann.get("/api/me").json
    with pytest.raises(AssertionError, match="Idempotent-Replayed"):
        contract.hold(cast.app, "GET", "/api/me", Made(body, headers={"Idempotent-Replayed": "true"}))
