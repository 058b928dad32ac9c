"""A small Stripe on loopback: it keeps every request as it came, answers what the shop asks, and fails when told to.

What a request should look like is read here. How Stripe goes on from there is the till's matter (app/till).
"""

import json
import re
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, cast
from urllib.parse import parse_qsl, urlsplit

from app.billing.plans import ITEMS
from tests.payments.stripe_shapes import Body, Failure, many, missing, price_of, unfolded

LONGEST = 20  # seconds that it may be silent
KEPT = ("authorization", "stripe-version", "idempotency-key", "content-type")


class Asked(NamedTuple):
    method: str
    path: str
    fields: dict[str, str]  # of the form, or of the query
    headers: dict[str, str]

    @property
    def key(self) -> str:
        return self.headers["idempotency-key"]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass
class Recorder:
    """`troubles` are used up one by one; afterwards all goes well."""

    asked: list[Asked] = field(default_factory=list)
    troubles: list[Callable[["Handler"], None]] = field(default_factory=list)
    subscriptions: list[Body] = field(default_factory=list)
    sessions: dict[str, Body] = field(default_factory=dict)
    products: dict[str, Body] = field(default_factory=dict)
    prices: dict[str, Body] = field(default_factory=dict)
    portals: dict[str, Body] = field(default_factory=dict)
    endpoints: dict[str, Body] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)  # customers that were deleted
    answered: dict[str, Body] = field(default_factory=dict)  # by idempotency key
    over: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.recorder = self  # type: ignore[attr-defined]
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def close(self) -> None:
        self.over.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def sells_everything(self) -> None:
        for item in ITEMS.values():
            self.prices[f"price_{item.id}"] = price_of(item)

    def posts(self) -> list[Asked]:
        return [one for one in self.asked if one.method == "POST"]

    def to(self, path: str) -> list[Asked]:
        return [one for one in self.asked if one.path == path]

    def answer(self, asked: Asked) -> Body | Failure:
        with self.lock:
            key = asked.headers.get("idempotency-key", "")
            if key and key in self.answered:
                return self.answered[key]
            done = self._do(asked)
            if key and not isinstance(done, Failure):
                self.answered[key] = json.loads(json.dumps(done))
            return done

    def _do(self, asked: Asked) -> Body | Failure:
        for method, pattern, do in ROUTES:
            if asked.method == method and (found := re.fullmatch(pattern, asked.path)):
                return do(self, asked.fields, *found.groups())
        return missing("path", asked.path)

    def makes_customer(self, fields: dict[str, str]) -> Body:
        return {"object": "customer", "id": f"cus_{len(self.to('/v1/customers'))}", "email": fields["email"]}

    def lists_prices(self, fields: dict[str, str]) -> Body:
        key, product = fields.get("lookup_keys[0]"), fields.get("product")
        active = [price for price in self.prices.values() if price["active"]]
        return many([one for one in active if key in (None, one["lookup_key"]) and product in (None, one["product"])])

    def makes_price(self, fields: dict[str, str]) -> Body:
        for price in self.prices.values():
            if price["lookup_key"] == fields["lookup_key"]:
                price["lookup_key"] = None
        made = price_of(ITEMS[fields["metadata[limn]"]]) | {"id": f"price_{len(self.prices) + 1}_new"}
        self.prices[made["id"]] = made
        return made

    def changes_price(self, fields: dict[str, str], price: str) -> Body:
        self.prices[price]["active"] = fields["active"] == "true"
        return self.prices[price]

    def tells_product(self, _: dict[str, str], product: str) -> Body | Failure:
        return self.products.get(product) or missing("id", product)

    def keeps_product(self, fields: dict[str, str], product: str = "") -> Body:
        known = {name: fields[name] for name in ("name", "description")}
        name, marked = product or fields["id"], {"limn": fields["metadata[limn]"]}
        active = fields["active"] == "true"
        self.products[name] = {"object": "product", "id": name, "active": active, "metadata": marked, **known}
        return self.products[name]

    def lists_subscriptions(self, fields: dict[str, str]) -> Body | Failure:
        if fields["customer"] in self.gone:
            return missing("customer", fields["customer"])
        return many(self.subscriptions)

    def makes_session(self, fields: dict[str, str]) -> Body | Failure:
        if fields["customer"] in self.gone:
            return missing("customer", fields["customer"])
        made = f"cs_test_{len(self.sessions) + 1}"
        plain = {
            "object": "checkout.session",
            "id": made,
            "status": "open",
            "url": f"https://checkout.stripe.com/{made}",
        }
        self.sessions[made] = plain | {"mode": fields["mode"], "customer": fields["customer"]}
        return self.sessions[made]

    def lists_sessions(self, _: dict[str, str]) -> Body:
        return many([one for one in self.sessions.values() if one["status"] == "open"])

    def expires_session(self, _: dict[str, str], session: str) -> Body | Failure:
        if self.sessions[session]["status"] != "open":
            return Failure(400, {"type": "invalid_request_error", "message": "Only open sessions can be expired."})
        self.sessions[session]["status"] = "expired"
        return self.sessions[session]

    def lists_portals(self, _: dict[str, str]) -> Body:
        return many(list(self.portals.values()))

    def keeps_portal(self, fields: dict[str, str], portal: str = "bpc_1") -> Body:
        """As Stripe does, it does not tell the products."""
        nested = unfolded(fields)
        nested["features"]["subscription_update"].pop("products")
        self.portals[portal] = {"object": "billing_portal.configuration", "id": portal, "active": True, **nested}
        return self.portals[portal]

    def opens_portal(self, fields: dict[str, str]) -> Body | Failure:
        if fields["customer"] in self.gone:
            return missing("customer", fields["customer"])
        return {"object": "billing_portal.session", "id": "bps_1", "url": "https://billing.stripe.com/p/session/1"}

    def previews(self, _: dict[str, str]) -> Body:
        lines = [{"object": "line_item", "amount": amount} for amount in (-750, 1_500)]
        return {"object": "invoice", "amount_due": 750, "lines": many(lines)}

    def lists_endpoints(self, _: dict[str, str]) -> Body:
        return many(list(self.endpoints.values()))

    def keeps_endpoint(self, fields: dict[str, str], endpoint: str = "we_1") -> Body:
        events = [value for name, value in fields.items() if name.startswith("enabled_events")]
        known = self.endpoints.get(endpoint, {"id": endpoint, "object": "webhook_endpoint"})
        told = {name: fields[name] for name in ("url", "api_version") if name in fields}
        self.endpoints[endpoint] = known | told | {"enabled_events": events, "status": "enabled"}
        return self.endpoints[endpoint] | ({} if "url" not in fields else {"secret": "whsec_shown_once"})


ROUTES: list[tuple[str, str, Callable[..., Body | Failure]]] = [
    ("POST", "/v1/customers", Recorder.makes_customer),
    ("GET", "/v1/prices", Recorder.lists_prices),
    ("POST", "/v1/prices", Recorder.makes_price),
    ("POST", r"/v1/prices/(\w[\w-]*)", Recorder.changes_price),
    ("GET", r"/v1/products/([\w-]+)", Recorder.tells_product),
    ("POST", "/v1/products", Recorder.keeps_product),
    ("POST", r"/v1/products/([\w-]+)", Recorder.keeps_product),
    ("GET", "/v1/subscriptions", Recorder.lists_subscriptions),
    ("POST", "/v1/checkout/sessions", Recorder.makes_session),
    ("GET", "/v1/checkout/sessions", Recorder.lists_sessions),
    ("POST", r"/v1/checkout/sessions/(\w+)/expire", Recorder.expires_session),
    ("GET", "/v1/billing_portal/configurations", Recorder.lists_portals),
    ("POST", "/v1/billing_portal/configurations", Recorder.keeps_portal),
    ("POST", r"/v1/billing_portal/configurations/(\w+)", Recorder.keeps_portal),
    ("POST", "/v1/billing_portal/sessions", Recorder.opens_portal),
    ("POST", "/v1/invoices/create_preview", Recorder.previews),
    ("GET", "/v1/webhook_endpoints", Recorder.lists_endpoints),
    ("POST", "/v1/webhook_endpoints", Recorder.keeps_endpoint),
    ("POST", r"/v1/webhook_endpoints/(\w+)", Recorder.keeps_endpoint),
]


class Handler(BaseHTTPRequestHandler):
    @property
    def recorder(self) -> Recorder:
        return cast(Recorder, self.server.recorder)  # type: ignore[attr-defined]

    def do_GET(self) -> None:
        self._take()

    def do_POST(self) -> None:
        self._take()

    def _take(self) -> None:
        address = urlsplit(self.path)
        form = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        kept = {name.lower(): value for name, value in self.headers.items() if name.lower() in KEPT}
        asked = Asked(self.command, address.path, dict(parse_qsl(form or address.query, True)), kept)
        self.recorder.asked.append(asked)
        if self.recorder.troubles:
            self.recorder.troubles.pop(0)(self)
        else:
            done = self.recorder.answer(asked)
            status, body = (done.status, {"error": done.error}) if isinstance(done, Failure) else (200, done)
            self.send(status, body)

    def send(self, status: int, body: Body) -> None:
        written = json.dumps(body).encode()
        with suppress(OSError):  # they went away
            self.send_response(status)
            self.send_header("Content-Length", str(len(written)))
            self.end_headers()
            self.wfile.write(written)

    def log_message(self, *_: Any) -> None:
        """Nothing: the requests are kept."""


def fails(status: int, **error: str) -> Callable[[Handler], None]:
    return lambda handler: handler.send(status, {"error": {"message": "no", **error}})


def hangs(handler: Handler) -> None:
    handler.recorder.over.wait(LONGEST)


def cuts(handler: Handler) -> None:
    """Hangs up in the middle of an answer."""
    with suppress(OSError):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{")
