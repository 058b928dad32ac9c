"""A database as the migrations make it. That takes a second, so an SQLite one is made once, and copied."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from flask_migrate import upgrade

from app import create_app
from app.extensions import db
from config import Settings

SECRET = "a secret that only the tests know, and long enough"


@cache
def migrated() -> bytes:
    """An SQLite database without a row: the file."""
    with TemporaryDirectory() as folder:
        migrate(Settings(DATA_DIR=Path(folder), SECRET_KEY=SECRET))
        return Path(folder, "limn.sqlite").read_bytes()


def migrate(settings: Settings) -> None:
    app = create_app(settings)
    with app.app_context():
        upgrade()
        if db.engine.dialect.name == "sqlite":  # into one file, so that it can be copied
            with db.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    close(app)


def close(app: Flask) -> None:
    """Warnings are errors here, and a connection left open is one."""
    with app.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()
    app.extensions["limiter"].close()
    for lane in app.extensions["lanes"].values():
        lane.close()
