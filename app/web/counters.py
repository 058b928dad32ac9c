"""Counters for rate limits in SQLite or PostgreSQL, which the `limits` library itself has no storage for."""

import time

from limits.storage import Storage
from sqlalchemy import Column, Delete, Engine, Float, Integer, MetaData, String, Table, case, delete, select
from sqlalchemy.schema import CreateTable

from app.extensions import insert_into


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
        with engine.begin() as connection:
            connection.execute(CreateTable(self.table, if_not_exists=True))

    @property
    def base_exceptions(self) -> type[Exception]:
        return Exception

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count in one statement; a window that is over begins anew."""
        now, table = time.time(), self.table.c
        over = table.ends <= now
        counted = insert_into(self.table, self.engine.dialect).values(key=key, used=amount, ends=now + expiry)
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
