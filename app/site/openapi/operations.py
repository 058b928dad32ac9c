"""What the API can do: every route below `/api/` and `/v1/` that describes itself, as OpenAPI tells routes apart."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from flask import current_app
from werkzeug.routing import Rule

from app.accounts.models import ANY
from app.studio.visit import POLLING
from app.toolkit import Tool
from app.tools import TOOLS
from app.web.described import Endpoint, description_of
from app.web.kind import API

PART = re.compile(r"<(?:(?P<kind>\w+)(?:\((?P<among>[^)]*)\))?:)?(?P<name>\w+)>")
UNTOLD = ("HEAD", "OPTIONS")  # Flask answers these by itself
CHANGING = ("POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Operation:
    """One method of one address. `name` is that of the view in Flask."""

    method: str
    rule: str  # as Flask writes it
    name: str
    endpoint: Endpoint
    tool: Tool | None = None

    @property
    def title(self) -> str:
        """As the changelog and people name it."""
        return f"{self.method} {self.path}"

    @cached_property
    def path(self) -> str:
        return PART.sub(lambda part: "{" + part["name"] + "}", self.rule)

    @cached_property
    def id(self) -> str:
        """One word, of which no two are alike; links and generated clients lean on it."""
        room, view = self.name.rsplit(".", 1)
        word = view.removesuffix("_json").removeprefix("create_" if room == "tools" else "")
        return f"{room}_{word}".replace(".", "_")

    @property
    def parts(self) -> list[re.Match[str]]:
        """Of the address, those that vary."""
        return list(PART.finditer(self.rule))

    @property
    def changes(self) -> bool:
        return self.method in CHANGING

    @property
    def limited(self) -> bool:
        """It counts against the requests a minute."""
        return self.name not in POLLING

    @property
    def waits(self) -> bool:
        return self.endpoint.waits or 202 in self.endpoint.answers

    @property
    def keys_may(self) -> bool:
        return self.endpoint.scope is not None

    @property
    def needs_scope(self) -> bool:
        return self.endpoint.scope != ANY


def operations() -> list[Operation]:
    """In the order of their sections and of the files that define them."""
    return [one for rule in current_app.url_map.iter_rules() if rule.rule.startswith(API) for one in _of(rule)]


def undescribed() -> list[str]:
    """Routes of the API that say nothing of themselves. There should be none."""
    rules = [rule for rule in current_app.url_map.iter_rules() if rule.rule.startswith(API)]
    return [f"{method} {rule.rule}" for rule in rules if not description_of(rule.endpoint) for method in _methods(rule)]


def _of(rule: Rule) -> Iterator[Operation]:
    endpoint = description_of(rule.endpoint)
    tool = TOOLS.get(rule.rule.removeprefix("/api/"))
    for method in _methods(rule) if endpoint else []:
        yield Operation(method, rule.rule, rule.endpoint, endpoint, tool)  # type: ignore[arg-type]


def _methods(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - set(UNTOLD))
