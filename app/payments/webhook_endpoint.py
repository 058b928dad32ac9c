"""The endpoint at Stripe that tells us: which events, in which version of its API."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from app.payments.gateway import API_VERSION, asking, once
from app.payments.subjects import HEARD
from app.refusals import Refusal

if TYPE_CHECKING:
    from stripe.params import WebhookEndpointCreateParams

EVENTS = sorted(HEARD)


class Endpoint(NamedTuple):
    """`secret` is there for one that was just made: Stripe shows it once."""

    said: list[str]
    secret: str | None = None


def point(url: str, run: str | None) -> Endpoint:
    """Have Stripe tell of our events at this address. With `run` None only what would be done is said."""
    with asking(f"point the webhook to {url}") as stripe:
        found = stripe.v1.webhook_endpoints.list({"limit": 100})
        there = next((one.to_dict() for one in found.auto_paging_iter() if one.url == url), None)
        if there is not None:
            _refuse_other_version(there["api_version"])
            said = list(_differences(there["enabled_events"], there["status"]))
            if run and said:
                wanted = {"enabled_events": EVENTS, "disabled": False}
                stripe.v1.webhook_endpoints.update(there["id"], wanted, once(f"sync:{run}:webhook", wanted))  # type: ignore[arg-type]
            return Endpoint(said)
        if run is None:
            return Endpoint([f"webhook {url}: made"])
        made: WebhookEndpointCreateParams = {
            "url": url,
            "enabled_events": EVENTS,  # type: ignore[typeddict-item]
            "api_version": API_VERSION,
            "description": "Limn: plans, packs, refunds and disputes",
        }
        secret = stripe.v1.webhook_endpoints.create(made, once(f"sync:{run}:webhook", made)).secret
        return Endpoint([f"webhook {url}: made"], secret)


def _refuse_other_version(version: str | None) -> None:
    if version != API_VERSION:  # Stripe does not let it be changed
        said = f"The webhook speaks {version}, and this needs {API_VERSION}. Delete it at Stripe and run this again."
        raise Refusal("conflict", said)


def _differences(events: list[str], status: str) -> Iterator[str]:
    if missing := sorted(set(EVENTS) - set(events)):
        yield f"webhook: told of {', '.join(missing)} too"
    if further := sorted(set(events) - set(EVENTS)):
        yield f"webhook: no longer told of {', '.join(further)}"
    if status != "enabled":
        yield "webhook: switched on again"
