"""The database as the migrations leave it: what the models say, and the keys that nothing may do without."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import inspect

from app.extensions import Base, db

UNIQUE = {
    ("people", "email"),
    ("sign_ins", "token_hash"),
    ("lines", "key"),
    ("pictures", "key"),
    ("pictures", "job_id, number, kind"),
    ("jobs", "once"),
    ("api_keys", "key_hash"),
    ("api_keys", "previous_hash"),
    ("api_keys", "once"),
    ("webhook_deliveries", "message"),
    ("webhook_deliveries", "job_id, type, target"),
    ("contests", "prompt_hash"),
    ("customers", "id"),
    ("payments", "source"),
    ("trials", "subscription_id"),
    ("trials", "fingerprint"),
    ("mails", "key"),
    ("till_objects", "number"),
    ("till_events", "id"),
}
PRIMARY = {
    ("wallets", "person_id"),
    ("portions", "line_id, lot_id"),
    ("guest_counters", "key"),
    ("periodic_runs", "name, slot"),
    ("known_requests", "owner, key"),
    ("webhooks", "person_id"),
    ("customers", "person_id"),
    ("subscriptions", "id"),
    ("paid_periods", "line_id"),
    ("trials", "person_id"),
    ("stripe_events", "id"),
    ("turned_away", "day, reason"),
    ("till_requests", "key"),
}


def test_whatever_must_happen_once_has_a_key_that_says_so(any_app: Flask) -> None:
    """A grant, a hold, a settlement, an account, a duty's slot: without its key it could happen twice."""
    database = inspect(db.engine)
    keys: list[tuple[str, list[str | None]]] = []
    for table in database.get_table_names():
        keys += [(table, [*key["column_names"]]) for key in database.get_unique_constraints(table)]
        keys += [(table, key["column_names"]) for key in database.get_indexes(table) if key["unique"]]
    unique = {(table, ", ".join(name or "" for name in columns)) for table, columns in keys}
    primary = {(table, ", ".join(database.get_pk_constraint(table)["constrained_columns"])) for table, _ in PRIMARY}
    assert unique == UNIQUE
    assert primary == PRIMARY


def test_the_migrations_make_what_the_models_say(any_app: Flask) -> None:
    with db.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
