"""Publications under way and sample records: what Studio shows while and after it happens."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from seamline.store.types import Moment, integers, words

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Add the tables of publications and of sample records."""
    op.create_table(
        "seam_rollouts",
        sa.Column("id", words(), primary_key=True),
        *(sa.Column(name, words(), nullable=False) for name in ("package", "kind", "actor")),
        *(sa.Column(name, Moment(), nullable=False) for name in ("at", "beat")),
        *(sa.Column(name, words(), nullable=False) for name in ("state", "body")),
    )
    op.create_index("ix_seam_rollouts_package", "seam_rollouts", ["package", "at"])
    op.create_table(
        "seam_samples",
        *(sa.Column(name, words(), nullable=False) for name in ("form", "record", "batch")),
        *(sa.Column(name, integers(), nullable=False) for name in ("position", "seed")),
        sa.Column("actor", words(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("form", "record"),
    )
    op.create_index("ix_seam_samples_batch", "seam_samples", ["batch", "position"])
