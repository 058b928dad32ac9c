"""The one way out to Stripe: its client, with the version of its API that this code was written for."""

from typing import TYPE_CHECKING

from app.extensions import settings
from app.refusals import Refusal

if TYPE_CHECKING:
    from stripe import StripeClient
    from stripe._base_address import BaseAddresses

API_VERSION = "2026-10-28.endive"


def stripe() -> "StripeClient":
    """The client for these settings. Refuses with `billing_unavailable` where nothing is for sale."""
    from stripe import StripeClient  # too heavy for the start of the web process

    here = settings()
    if not here.STRIPE_SECRET_KEY:
        raise Refusal("billing_unavailable", "Nothing is for sale here. Nothing was charged.")
    elsewhere: BaseAddresses | None = {"api": here.STRIPE_API_BASE} if here.STRIPE_API_BASE else None
    return StripeClient(
        here.STRIPE_SECRET_KEY, stripe_version=API_VERSION, base_addresses=elsewhere, max_network_retries=2
    )
