"""What an endpoint answers when it has painted: pictures, or addresses of pictures, or that it withholds one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.engines.openai.complaints import category_of
from app.engines.openai.pictures import Broken, decoded

MOST = 16  # entries of one answer that are looked at


@dataclass(frozen=True)
class Entry:
    """One picture of an answer: its bytes, or its address, or the category it is withheld for."""

    data: bytes = b""
    url: str = ""
    withheld: str = ""


def entries(body: bytes) -> list[Entry]:
    """Raises Broken for what is no answer, or one without pictures."""
    try:
        said = json.loads(body)
        given = said["data"]
    except (ValueError, RecursionError, LookupError, TypeError):
        raise Broken("the answer is not JSON with pictures") from None
    if not isinstance(given, list) or not given:
        raise Broken("the answer has no pictures")
    return [_entry(each) for each in given[:MOST]]


def _entry(given: Any) -> Entry:
    if not isinstance(given, dict):
        raise Broken("the answer has no pictures")
    withheld = _withheld(given)
    if withheld:
        return Entry(withheld=withheld)
    data, url = given.get("b64_json"), given.get("url")
    if isinstance(data, str) and data:
        return Entry(data=decoded(data))
    if isinstance(url, str) and url:
        return Entry(data=decoded(url)) if url.startswith("data:") else Entry(url=url)
    raise Broken("a picture is missing in the answer")


def _withheld(given: Mapping[str, Any]) -> str:
    """The category of a verdict on this picture, in the ways in which endpoints write one; empty without."""
    if given.get("respect_moderation") is False or given.get("finish_reason") == "content_filter":
        return "endpoint"
    verdicts = given.get("content_filter_results")
    for name, verdict in verdicts.items() if isinstance(verdicts, dict) else ():
        if isinstance(verdict, dict) and verdict.get("filtered") is True:
            return category_of([name])
    return ""
