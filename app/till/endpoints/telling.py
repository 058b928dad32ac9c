"""Events as they were told, and where they go."""

import json
from typing import Any

from pydantic import Field
from sqlalchemy import select

from app.till.endpoints.params import Asked, Listing, Metadata, Route, listing, page, retrieving
from app.till.errors import missing
from app.till.models import TillEvent
from app.till.store import API_VERSION, Act, Obj, new_id


class EventList(Listing):
    type: str | None = None


class EndpointParams(Asked):
    url: str
    enabled_events: list[str]
    description: str | None = None
    metadata: Metadata = Field({})
    api_version: str | None = None


class EndpointUpdate(Asked):
    url: str | None = None
    enabled_events: list[str] | None = None
    description: str | None = None
    disabled: bool | None = None


def retrieve(act: Act, _given: Asked, found: str) -> Obj:
    body = act.session.execute(select(TillEvent.body).where(TillEvent.id == found)).scalar()
    if body is None:
        raise missing("event", found)
    event: dict[str, Any] = json.loads(body)
    return event


def events(act: Act, given: EventList) -> Obj:
    bodies = act.session.execute(select(TillEvent.body).order_by(TillEvent.number.desc())).scalars()
    return page([json.loads(body) for body in bodies], given, "/v1/events")


def create_endpoint(act: Act, given: EndpointParams) -> Obj:
    """Its secret is shown this once."""
    made = {
        "id": new_id("we"),
        "object": "webhook_endpoint",
        "api_version": given.api_version or API_VERSION,
        "application": None,
        "created": act.now,
        "description": given.description,
        "enabled_events": given.enabled_events,
        "livemode": False,
        "metadata": given.metadata,
        "status": "enabled",
        "url": given.url,
    }
    act.add(made)
    return made | {"secret": new_id("whsec")}


def update_endpoint(act: Act, given: EndpointUpdate, found: str) -> Obj:
    endpoint = act.get("webhook_endpoint", found)
    endpoint |= given.given("url", "enabled_events", "description")
    if given.disabled is not None:
        endpoint["status"] = "disabled" if given.disabled else "enabled"
    act.save(endpoint)
    return endpoint


ROUTES = (
    Route("GET", "/v1/events/{id}", Asked, retrieve),
    Route("GET", "/v1/events", EventList, events),
    Route("POST", "/v1/webhook_endpoints", EndpointParams, create_endpoint),
    Route("POST", "/v1/webhook_endpoints/{id}", EndpointUpdate, update_endpoint),
    retrieving("webhook_endpoint", "/v1/webhook_endpoints"),
    listing("webhook_endpoint", "/v1/webhook_endpoints", Listing),
)
