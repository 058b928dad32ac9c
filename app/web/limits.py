"""Rate limits over the `limits` library, counted where every web process sees them: beside the queue."""

import time
from functools import cached_property
from urllib.parse import urlsplit

from flask import Flask, current_app
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import RedisStorage, Storage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import (
    Column,
    Delete,
    Engine,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    case,
    create_engine,
    delete,
    event,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from app.extensions import settings
from app.refusals import Refusal
from app.web.network import network
from config import Settings

QUARTER_HOUR = 15  # minutes


def init_app(app: Flask) -> None:
    app.extensions["limiter"] = Limiter(app.extensions["settings"])


def spend_sign_up() -> None:
    _spend(RateLimitItemPerHour(settings().SIGN_UPS_PER_HOUR), "sign-up", network())


def spend_sign_in(email: str) -> None:
    """Per network and per account, whether or not there is such an account. Nobody is locked out for longer."""
    _spend(RateLimitItemPerMinute(settings().SIGN_INS_PER_NETWORK, QUARTER_HOUR), "sign-in", network())
    account = email.strip().lower()[:254]
    _spend(RateLimitItemPerMinute(settings().SIGN_INS_PER_ACCOUNT, QUARTER_HOUR), "sign-in", account)


def spend_request(who: str, paid: bool) -> None:
    """One API request of an account, or of a network without one."""
    most = settings().REQUESTS_PER_MINUTE_PAID if paid else settings().REQUESTS_PER_MINUTE_FREE
    _spend(RateLimitItemPerMinute(most), "request", who)


def forget_old() -> int:
    store = _limiter().storage
    return store.forget_old() if isinstance(store, SqlStorage) else 0


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


def _open_storage(settings: Settings) -> Storage:
    scheme = urlsplit(settings.QUEUE_URL).scheme
    if scheme in ("redis", "rediss", "unix"):
        return RedisStorage(settings.QUEUE_URL)
    if scheme == "postgresql":
        return SqlStorage(create_engine(settings.QUEUE_URL))
    engine = create_engine(f"sqlite:///{settings.DATA_DIR / 'limits.sqlite'}")
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    return SqlStorage(engine)


class SqlStorage(Storage):
    """Counters in one table of SQLite or PostgreSQL; `limits` itself has none for these."""

    STORAGE_SCHEME = ["limn+sql"]  # noqa: RUF012  (the library's name for it)

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.engine = engine
        self.table = Table(
            "rate_limits",
            MetaData(),
            Column("key", String(400), primary_key=True),
            Column("used", Integer, nullable=False),
            Column("ends", Float, nullable=False),
        )
        self.table.create(engine, checkfirst=True)

    @property
    def base_exceptions(self) -> type[Exception]:
        return Exception

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count in one statement; a window that is over begins anew."""
        now, table = time.time(), self.table.c
        over = table.ends <= now
        insert = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[self.engine.dialect.name]
        counted = insert(self.table).values(key=key, used=amount, ends=now + expiry)
        counted = counted.on_conflict_do_update(
            index_elements=["key"],
            set_={
                "used": case((over, amount), else_=table.used + amount),
                "ends": case((over, now + expiry), else_=table.ends),
            },
        )
        with self.engine.begin() as connection:
            return int(connection.execute(counted.returning(table.used)).scalar_one())

    def get(self, key: str) -> int:
        with self.engine.connect() as connection:
            row = connection.execute(select(self.table).where(self.table.c.key == key)).first()
        return row.used if row and row.ends > time.time() else 0

    def get_expiry(self, key: str) -> float:
        with self.engine.connect() as connection:
            return connection.scalar(select(self.table.c.ends).where(self.table.c.key == key)) or time.time()

    def check(self) -> bool:
        with self.engine.connect() as connection:
            return connection.scalar(select(1)) == 1

    def reset(self) -> int:
        return self._delete(delete(self.table))

    def clear(self, key: str) -> None:
        self._delete(delete(self.table).where(self.table.c.key == key))

    def forget_old(self) -> int:
        return self._delete(delete(self.table).where(self.table.c.ends <= time.time()))

    def _delete(self, which: Delete) -> int:
        with self.engine.begin() as connection:
            return connection.execute(which).rowcount
