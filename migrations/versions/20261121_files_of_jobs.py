"""files of jobs."""

import sqlalchemy as sa
from alembic import op

revision = "20261121_files"
down_revision = "20261121"


def upgrade() -> None:
    # Columns are added with a default and keep it: SQLite would have to make the table anew, under the pictures' feet.
    op.add_column("jobs", sa.Column("temporary", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("jobs", sa.Column("file_name", sa.String(length=200), nullable=False, server_default=""))
    op.add_column("jobs", sa.Column("batch", sa.String(length=22), nullable=True))
    op.create_index("ix_jobs_batch", "jobs", ["batch"])
    op.execute("UPDATE jobs SET temporary = watermarked")
    with op.batch_alter_table("pictures") as pictures:
        pictures.alter_column("kind", existing_type=sa.String(length=10), type_=sa.String(length=20))
        pictures.alter_column("type", existing_type=sa.String(length=40), type_=sa.String(length=80))


def downgrade() -> None:
    with op.batch_alter_table("pictures") as pictures:
        pictures.alter_column("type", existing_type=sa.String(length=80), type_=sa.String(length=40))
        pictures.alter_column("kind", existing_type=sa.String(length=20), type_=sa.String(length=10))
    op.drop_index("ix_jobs_batch", "jobs")
    for column in ("batch", "file_name", "temporary"):
        op.drop_column("jobs", column)
