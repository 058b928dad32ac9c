"""Rate limits over the `limits` library, counted where every web process sees them: beside the queue."""

import time
from functools import cached_property
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import RedisStorage, Storage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import create_engine, event

from app.accounts.canonical import canonical
from app.extensions import settings
from app.refusals import Refusal
from app.web.counters import SqlStorage
from app.web.network import address, network
from config import Settings

QUARTER_HOUR = 15  # minutes


def init_app(app: Flask) -> None:
    app.extensions["limiter"] = Limiter(app.extensions["settings"])
    app.after_request(tell)


def spend_sign_up() -> None:
    _spend(RateLimitItemPerHour(settings().SIGN_UPS_PER_HOUR), "sign-up", network())


def spend_sign_in(email: str) -> None:
    """Per network and per account, whether or not there is such an account. Nobody is locked out for longer."""
    _spend(RateLimitItemPerMinute(settings().SIGN_INS_PER_NETWORK, QUARTER_HOUR), "sign-in", network())
    account = email.strip().lower()[:254]
    _spend(RateLimitItemPerMinute(settings().SIGN_INS_PER_ACCOUNT, QUARTER_HOUR), "sign-in", account)


def spend_mail(email: str) -> None:
    """A mail that somebody asks for, to whatever address: per network as sign-ins, and few to one address."""
    _spend(RateLimitItemPerMinute(settings().SIGN_INS_PER_NETWORK, QUARTER_HOUR), "mail", network())
    _spend(RateLimitItemPerHour(settings().MAILS_PER_HOUR), "mail", canonical(email)[:254])


def spend_request(who: str, paid: bool) -> None:
    """One API request of an account, or of a network without one."""
    most = settings().REQUESTS_PER_MINUTE_PAID if paid else settings().REQUESTS_PER_MINUTE_FREE
    _spend_and_tell("paid" if paid else "free", RateLimitItemPerMinute(most), "request", who)


def spend_key_dialect_request() -> None:
    """One request of the key dialect: counted by address, whoever asks."""
    rate = RateLimitItemPerMinute(settings().KEY_DIALECT_REQUESTS, QUARTER_HOUR)
    _spend_and_tell("images", rate, "images", address())


def spend_contest() -> None:
    _spend(RateLimitItemPerHour(settings().CONTESTS_PER_HOUR), "contest", network())


def tell(response: Response) -> Response:
    """The fields of draft-ietf-httpapi-ratelimit-headers-10: the policy, and what is left of it."""
    if told := g.get("rate"):
        name, rate, what = told
        left = _limiter().get_window_stats(rate, *what)
        seconds = max(0, round(left.reset_time - time.time()))
        response.headers["RateLimit-Policy"] = f'"{name}";q={rate.amount};w={rate.get_expiry()}'
        response.headers["RateLimit"] = f'"{name}";r={max(0, left.remaining)};t={seconds}'
    return response


def forget_old() -> int:
    store = _limiter().storage
    return store.forget_old() if isinstance(store, SqlStorage) else 0


def _spend_and_tell(name: str, rate: RateLimitItem, *what: str) -> None:
    g.rate = (name, rate, what)
    _spend(rate, *what)


def _spend(rate: RateLimitItem, *what: str) -> None:
    if not _limiter().hit(rate, *what):
        wait = max(1, round(_limiter().get_window_stats(rate, *what).reset_time - time.time()))
        raise Refusal("rate_limited", f"That was too often. Try again in {wait} seconds.", retry_after=wait)


def _limiter() -> FixedWindowRateLimiter:
    found: Limiter = current_app.extensions["limiter"]
    return found.strategy


class Limiter:
    """Opened at first use: creating an app must touch nothing."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def strategy(self) -> FixedWindowRateLimiter:
        return FixedWindowRateLimiter(_open_storage(self.settings))

    def close(self) -> None:
        """Let go of the store's connections, if there are any."""
        if "strategy" in self.__dict__ and isinstance(self.strategy.storage, SqlStorage):
            self.strategy.storage.engine.dispose()


def _open_storage(settings: Settings) -> Storage:
    scheme = urlsplit(settings.QUEUE_URL).scheme
    if scheme in ("redis", "rediss", "unix"):
        return RedisStorage(settings.QUEUE_URL)
    if scheme == "postgresql":
        return SqlStorage(create_engine(settings.QUEUE_URL))
    engine = create_engine(f"sqlite:///{settings.DATA_DIR / 'limits.sqlite'}")
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    return SqlStorage(engine)
