"""How Alembic reaches the app's database: `flask --app wsgi db upgrade`."""

from typing import Literal

from alembic import context
from flask import current_app

from app.extensions import Moment

db = current_app.extensions["migrate"].db


def plain_type(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Migrations outlive the code: they name SQLAlchemy's own types, not ours."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


def migrate() -> None:
    """All of an upgrade in one transaction, SQLite included: a crash leaves the database as it was."""
    with db.engine.execution_options(limn_writes="FULL").connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,
            transactional_ddl=True,
            render_item=plain_type,
        )
        with context.begin_transaction():
            context.run_migrations()


migrate()
