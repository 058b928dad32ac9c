"""Workers of models by host and process, to tell of one that died while it loaded; previews without a time."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_workers"
down_revision = "20261121_models"


def upgrade() -> None:
    op.drop_column("previews", "at")

    op.drop_table("painters")  # every worker tells of itself anew, four times a minute
    op.create_table(
        "painters",
        sa.Column("host", sa.String(length=120), nullable=False),
        sa.Column("pid", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("lane", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("said", sa.String(length=300), nullable=False),
        sa.Column("together", sa.Integer(), nullable=False),
        sa.Column("pace", sa.Double(), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("host", "pid", "lane", name=op.f("pk_painters")),
    )
