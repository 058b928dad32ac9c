"""Mail, payments, and a test checkout; what is owed and what was taken back."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_money"
down_revision = "20261121_programs"


def upgrade() -> None:
    op.create_table(
        "stripe_events",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("type", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stripe_events")),
    )
    op.create_index("ix_stripe_events_received_at", "stripe_events", ["received_at"])

    op.create_table(
        "till_events",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("type", sa.String(length=80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_till_events")),
        sa.UniqueConstraint("id", name=op.f("uq_till_events_id")),
    )
    op.create_index("ix_till_events_unheard", "till_events", ["heard_at", "number"])

    op.create_table(
        "till_objects",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("customer", sa.String(length=255), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_objects")),
        sa.UniqueConstraint("number", name=op.f("uq_till_objects_number")),
    )
    op.create_index("ix_till_objects_customer", "till_objects", ["customer"])
    op.create_index("ix_till_objects_due_at", "till_objects", ["due_at"])
    op.create_index("ix_till_objects_kind", "till_objects", ["kind", "number"])

    op.create_table(
        "till_requests",
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_till_requests")),
    )
    op.create_table(
        "turned_away",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "reason", name=op.f("pk_turned_away")),
    )
    op.create_table(
        "customers",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_customers_person_id_people")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_customers")),
        sa.UniqueConstraint("id", name=op.f("uq_customers_id")),
    )
    op.create_table(
        "mails",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("origin", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_mails_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mails")),
        sa.UniqueConstraint("key", name=op.f("uq_mails_key")),
    )
    op.create_index("ix_mails_due", "mails", ["state", "next_at"])
    op.create_index("ix_mails_person_id", "mails", ["person_id"])

    op.create_table(
        "payments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=255), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("subscription_id", sa.String(length=255), nullable=True),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("what", sa.String(length=200), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("tax", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("payment_intent", sa.String(length=255), nullable=True),
        sa.Column("number", sa.String(length=80), nullable=True),
        sa.Column("invoice_url", sa.String(length=2000), nullable=True),
        sa.Column("pdf_url", sa.String(length=2000), nullable=True),
        sa.Column("refunded", sa.Integer(), nullable=False),
        sa.Column("disputed", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_payments_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
        sa.UniqueConstraint("source", name=op.f("uq_payments_source")),
    )
    op.create_index("ix_payments_listed", "payments", ["person_id", "paid_at"])
    op.create_index("ix_payments_payment_intent", "payments", ["payment_intent"])

    op.create_table(
        "subscriptions",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=30), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("next_item", sa.String(length=40), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("period_end", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trial_end", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("past_due_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("next_grant_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_subscriptions_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
    )
    op.create_index("ix_subscriptions_grants", "subscriptions", ["next_grant_at"])
    op.create_index("ix_subscriptions_person_id", "subscriptions", ["person_id"])

    op.create_table(
        "trials",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("subscription_id", sa.String(length=255), nullable=False),
        sa.Column("fingerprint", sa.String(length=255), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_trials_person_id_people")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_trials")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_trials_fingerprint")),
        sa.UniqueConstraint("subscription_id", name=op.f("uq_trials_subscription_id")),
    )
    op.create_table(
        "paid_periods",
        sa.Column("line_id", sa.String(length=255), nullable=False),
        sa.Column("subscription_id", sa.String(length=255), nullable=False),
        sa.Column("invoice_id", sa.String(length=255), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trial", sa.Boolean(), nullable=False),
        sa.Column("change", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscriptions.id"], name=op.f("fk_paid_periods_subscription_id_subscriptions")
        ),
        sa.PrimaryKeyConstraint("line_id", name=op.f("pk_paid_periods")),
    )
    op.create_index("ix_paid_periods_invoice_id", "paid_periods", ["invoice_id"])
    op.create_index("ix_paid_periods_subscription_id", "paid_periods", ["subscription_id"])

    op.add_column("lots", sa.Column("lapsed", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("lots", sa.Column("taken", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("lots", sa.Column("elsewhere", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("lots", sa.Column("source", sa.String(length=255), nullable=True))
    op.create_index("ix_lots_source", "lots", ["source"])

    op.add_column("people", sa.Column("canonical_email", sa.String(length=254), nullable=True))
    op.add_column("people", sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("people", sa.Column("plan_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("people", sa.Column("monthly_cap", sa.Integer(), nullable=True))
    op.create_index("ix_people_canonical_email", "people", ["canonical_email"])
    op.create_index("ix_people_plan_until", "people", ["plan_until"])
    op.execute("UPDATE people SET canonical_email = email")

    op.add_column("wallets", sa.Column("debt", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("wallets", "debt")

    op.drop_index("ix_people_plan_until", "people")
    op.drop_index("ix_people_canonical_email", "people")
    op.drop_column("people", "monthly_cap")
    op.drop_column("people", "plan_until")
    op.drop_column("people", "verified_at")
    op.drop_column("people", "canonical_email")

    op.drop_index("ix_lots_source", "lots")
    op.drop_column("lots", "source")
    op.drop_column("lots", "elsewhere")
    op.drop_column("lots", "taken")
    op.drop_column("lots", "lapsed")

    op.drop_index("ix_paid_periods_subscription_id", "paid_periods")
    op.drop_index("ix_paid_periods_invoice_id", "paid_periods")

    op.drop_table("paid_periods")
    op.drop_table("trials")
    op.drop_index("ix_subscriptions_person_id", "subscriptions")
    op.drop_index("ix_subscriptions_grants", "subscriptions")

    op.drop_table("subscriptions")
    op.drop_index("ix_payments_payment_intent", "payments")
    op.drop_index("ix_payments_listed", "payments")

    op.drop_table("payments")
    op.drop_index("ix_mails_person_id", "mails")
    op.drop_index("ix_mails_due", "mails")

    op.drop_table("mails")
    op.drop_table("customers")
    op.drop_table("turned_away")
    op.drop_table("till_requests")
    op.drop_index("ix_till_objects_kind", "till_objects")
    op.drop_index("ix_till_objects_due_at", "till_objects")
    op.drop_index("ix_till_objects_customer", "till_objects")

    op.drop_table("till_objects")
    op.drop_index("ix_till_events_unheard", "till_events")

    op.drop_table("till_events")
    op.drop_index("ix_stripe_events_received_at", "stripe_events")

    op.drop_table("stripe_events")
