"""OpenAI's own description of its images API, to hold ours to it."""

import json
from functools import cache
from typing import Any

import jsonschema_rs

from tests.skips import CORPORA


def conforms(body: object, schema: str) -> bool:
    """Whether OpenAI's schema of this name takes it. Raises AssertionError saying what it does not take."""
    wrong = [f"{error.instance_path}: {error.message}" for error in _validator(schema).iter_errors(body)]
    assert not wrong, f"{wrong} in {str(body)[:500]}"
    return True


@cache
def _validator(schema: str) -> jsonschema_rs.Draft202012Validator:
    document: dict[str, Any] = json.loads((CORPORA / "openai-openapi/openapi-images.json").read_text())
    whole = {"$ref": f"#/components/schemas/{schema}", "components": document["components"]}
    return jsonschema_rs.Draft202012Validator(whole)
