"""keys, known requests, webhooks and contests."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_programs"
down_revision = "20261121_files"


def upgrade() -> None:
    op.create_table(
        "known_requests",
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("nonce", sa.String(length=22), nullable=False),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("type", sa.String(length=80), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("owner", "key", name=op.f("pk_known_requests")),
    )
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("start", sa.String(length=16), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=True),
        sa.Column("previous_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scopes", sa.String(length=60), nullable=False),
        sa.Column("monthly_cap", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("once", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_api_keys_person_id_people"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_keys_key_hash")),
        sa.UniqueConstraint("previous_hash", name=op.f("uq_api_keys_previous_hash")),
        sa.UniqueConstraint("once", name=op.f("uq_api_keys_once")),
    )
    op.create_index("ix_api_keys_person_id", "api_keys", ["person_id"])

    op.create_table(
        "contests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("prompt_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("network", sa.String(length=50), nullable=False),
        sa.Column("prompt", sa.String(length=1000), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("ruling", sa.String(length=10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ruled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_contests_person_id_people"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contests")),
        sa.UniqueConstraint("prompt_hash", name=op.f("uq_contests_prompt_hash")),
    )
    op.create_index("ix_contests_queue", "contests", ["ruling", "created_at"])

    op.create_table(
        "webhook_deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.String(length=32), nullable=True),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("target", sa.String(length=8), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_webhook_deliveries_person_id_people"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_deliveries")),
        sa.UniqueConstraint("job_id", "type", "target", name=op.f("uq_webhook_deliveries_job_id")),
        sa.UniqueConstraint("message", name=op.f("uq_webhook_deliveries_message")),
    )
    op.create_index("ix_webhook_deliveries_due", "webhook_deliveries", ["state", "next_at"])
    op.create_index("ix_webhook_deliveries_log", "webhook_deliveries", ["person_id", "id"])

    op.create_table(
        "webhooks",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=True),
        sa.Column("secret", sa.String(length=80), nullable=False),
        sa.Column("previous_secret", sa.String(length=80), nullable=True),
        sa.Column("previous_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_webhooks_person_id_people"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_webhooks")),
    )
    op.create_table(
        "webhook_attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(length=2000), nullable=False),
        sa.Column("error", sa.String(length=300), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["webhook_deliveries.id"],
            name=op.f("fk_webhook_attempts_delivery_id_webhook_deliveries"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_attempts")),
    )
    op.create_index("ix_webhook_attempts_delivery_id", "webhook_attempts", ["delivery_id"])

    # Columns are added as they can be without making the table anew.
    op.add_column("jobs", sa.Column("api_key_id", sa.Integer(), nullable=True))
    op.add_column("jobs", sa.Column("once", sa.String(length=80), nullable=True))
    op.add_column("jobs", sa.Column("origin", sa.String(length=300), nullable=False, server_default=""))
    op.add_column("jobs", sa.Column("webhook_url", sa.String(length=2000), nullable=True))
    op.create_index("ix_jobs_key", "jobs", ["api_key_id", "created_at"])
    op.create_index("ix_jobs_once", "jobs", ["once"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_jobs_once", "jobs")
    op.drop_index("ix_jobs_key", "jobs")
    for column in ("webhook_url", "origin", "once", "api_key_id"):
        op.drop_column("jobs", column)
    op.drop_index("ix_webhook_attempts_delivery_id", "webhook_attempts")

    op.drop_table("webhook_attempts")
    op.drop_table("webhooks")
    op.drop_index("ix_webhook_deliveries_log", "webhook_deliveries")
    op.drop_index("ix_webhook_deliveries_due", "webhook_deliveries")

    op.drop_table("webhook_deliveries")
    op.drop_index("ix_contests_queue", "contests")

    op.drop_table("contests")
    op.drop_index("ix_api_keys_person_id", "api_keys")

    op.drop_table("api_keys")
    op.drop_table("known_requests")
