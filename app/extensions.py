"""What the rooms share: the database, the sign-in, the form tokens, the rate limiter's store and the lanes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask import Flask, current_app
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, Table, TypeDecorator, event, literal
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session

from app import clock
from app.engines.catalogue import Catalogue
from app.lanes import Lanes
from app.storage import Folder, Storage
from config import Settings


class Base(DeclarativeBase):
    # Named constraints, so that a migration can drop what an earlier one made.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base)
migrate = Migrate()
login = LoginManager()
csrf = CSRFProtect()
lanes = Lanes()

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


class Moment(TypeDecorator[datetime]):
    """A moment in UTC. SQLite keeps no zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def settings() -> Settings:
    """The settings of the running app, typed."""
    found: Settings = current_app.extensions["settings"]
    return found


def models() -> Catalogue:
    """The models of the running app."""
    found: Catalogue = current_app.extensions["models"]
    return found


def storage() -> Storage:
    """Where this app's files lie."""
    found: Storage = current_app.extensions["storage"]
    return found


@contextmanager
def transaction(*, lasting: bool = True) -> Iterator[Session]:
    """One write transaction, all or nothing. `db.session` only ever reads.

    SQLite begins it IMMEDIATE: a deferred read that becomes a write fails at once, whatever the busy timeout. What is
    not `lasting` may be gone after a power cut: a claim or a heartbeat, whose worker would be gone too.
    """
    engine = db.engine.execution_options(limn_writes="FULL" if lasting else "NORMAL")
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


def insert_once(tx: Session, model: type[Base], **values: Any) -> bool:
    """Insert a row unless one of its unique keys is taken. True if it was inserted."""
    rows = insert_into(model, tx.get_bind().dialect).values(**values)
    return tx.execute(rows.on_conflict_do_nothing().returning(literal(1))).first() is not None


def insert_into(table: type[Base] | Table, dialect: Dialect) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows what to do on a conflict: both databases do, each under its own name."""
    return sqlite.insert(table) if dialect.name == "sqlite" else postgresql.insert(table)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: object) -> None:
    if not hasattr(connection, "isolation_level") or "sqlite3" not in type(connection).__module__:
        return
    connection.isolation_level = None  # the driver must not begin on its own: see _begin
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    """Reads run in autocommit, so each sees the latest commit; writes take the write lock before they read."""
    writes = connection.get_execution_options().get("limn_writes")
    if connection.dialect.name == "sqlite" and writes:
        connection.exec_driver_sql(f"PRAGMA synchronous={writes}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def init_app(app: Flask) -> None:
    db.init_app(app)
    migrate.init_app(app, db)
    login.init_app(app)
    csrf.init_app(app)
    lanes.init_app(app)
    settings: Settings = app.extensions["settings"]
    app.extensions["storage"] = Folder(settings.files)
    clock.follow(settings.DATA_DIR / "clock" if settings.test_checkout else None)
