"""Several models: a lane for each, who serves them, and previews of what is being painted."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_models"
down_revision = "20261121_money"


def upgrade() -> None:
    # The column is made anew instead of altered: altering would make SQLite copy the table that others refer to.
    op.drop_index("ix_jobs_queue", "jobs")
    op.add_column("jobs", sa.Column("wider_lane", sa.String(length=40), nullable=False, server_default=""))
    op.execute("UPDATE jobs SET wider_lane = CASE lane WHEN 'models' THEN 'illustrator' ELSE lane END")
    op.drop_column("jobs", "lane")
    op.execute("ALTER TABLE jobs RENAME COLUMN wider_lane TO lane")
    op.add_column("jobs", sa.Column("kin", sa.String(length=60), nullable=True))
    op.add_column("jobs", sa.Column("instead_of", sa.String(length=40), nullable=True))
    op.create_index("ix_jobs_queue", "jobs", ["lane", "state", "rank_at", "id"])

    op.create_table(
        "painters",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("lane", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("said", sa.String(length=300), nullable=False),
        sa.Column("together", sa.Integer(), nullable=False),
        sa.Column("pace", sa.Double(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_painters")),
    )
    op.create_index("ix_painters_lane", "painters", ["lane", "seen_at"])

    op.create_table(
        "previews",
        sa.Column("job_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("before", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_previews_job_id_jobs"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("job_id", "number", name=op.f("pk_previews")),
    )
