"""The one way out to Stripe: its client, with the version of its API that this code was written for.

Beside the test checkout the same client speaks to a stand-in in this very process (app/till).
"""

import hashlib
import hmac
import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from app.extensions import settings
from app.refusals import Refusal

if TYPE_CHECKING:
    from stripe import HTTPClient, StripeClient, StripeError
    from stripe._base_address import BaseAddresses
    from stripe._request_options import RequestOptions

API_VERSION: Final = "2026-10-28.endive"
RETRIES = 2  # each with the idempotency key of the first try
HOSTS = ("https://checkout.stripe.com", "https://billing.stripe.com")  # where its hosted pages are
IN_PLAY = "sk_test_till"  # the test checkout asks for no key, and the client wants one

log = logging.getLogger(__name__)


@contextmanager
def asking(what: str) -> Iterator["StripeClient"]:
    """The client, for something to be told in the log. Whatever Stripe refuses and nobody caught is a Refusal."""
    from stripe import StripeError

    try:
        yield stripe()
    except StripeError as error:
        raise _refused(what, error) from error


def stripe() -> "StripeClient":
    """The client for these settings. Refuses with `billing_unavailable` where nothing is for sale."""
    from stripe import StripeClient  # too heavy for the start of the web process

    here = settings()
    if not (here.STRIPE_SECRET_KEY or here.test_checkout):
        raise Refusal("billing_unavailable", "Nothing is for sale here. Nothing was charged.")
    elsewhere: BaseAddresses | None = {"api": here.STRIPE_API_BASE} if here.STRIPE_API_BASE else None
    return StripeClient(
        here.STRIPE_SECRET_KEY or IN_PLAY,
        stripe_version=API_VERSION,
        base_addresses=elsewhere,
        max_network_retries=RETRIES,
        http_client=_transport(),
    )


def once(purpose: str, params: Mapping[str, object]) -> "RequestOptions":
    """The options of a call that changes something: sent again, it is done once.

    Stripe keeps a key and its answer for 24 hours, an error of its own included, and refuses the key with another body.
    So the key names what the call is for and this very body: another body is another call. What may be wanted again
    within a day has to say so in its purpose.
    """
    said = f"{purpose}\n{json.dumps(params, sort_keys=True, default=str)}".encode()
    digest = hmac.new(settings().SECRET_KEY.encode(), said, hashlib.sha256).hexdigest()
    return {"idempotency_key": f"{purpose}:{digest[:32]}"}


def is_missing(error: "StripeError", param: str | None = None) -> bool:
    """Whether Stripe says that what was asked for is not there, or what a parameter names."""
    named = getattr(error, "param", None)
    return error.code == "resource_missing" and (param is None or named == param)


def _transport() -> "HTTPClient":
    if settings().test_checkout:
        from app.till.transport import Transport

        return Transport()
    from app.payments.wire import Wire

    return Wire()


def _refused(what: str, error: "StripeError") -> Refusal:
    """What a person is told. The log has what Stripe said, and no body: it may hold what is nobody's business."""
    from stripe import APIConnectionError, APIError, CardError, RateLimitError

    told = (what, type(error).__name__, error.http_status, error.code, error.request_id, error.user_message)
    if isinstance(error, CardError):
        log.info("%s: %s, status %s, code %s, request %s: %s", *told)
        return Refusal("conflict", f"The bank said no: {error.user_message or 'the card was declined.'}")
    if isinstance(error, APIConnectionError | APIError | RateLimitError):
        log.warning("%s: %s, status %s, code %s, request %s: %s", *told)
        said = "The payment service does not answer just now. Nothing was charged; try again in a minute."
        return Refusal("billing_unavailable", said, retry_after=60)
    log.error("%s: %s, status %s, code %s, request %s: %s", *told)
    said = "The payment service refused this, and nothing was charged. Tell whoever runs this site."
    return Refusal("billing_unavailable", said)
