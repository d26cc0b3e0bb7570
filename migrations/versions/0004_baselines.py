"""Frozen baselines of measures, and the journal found by what an entry is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from seamline.store.types import Moment, words

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the table of baselines and the index of the journal that measures read."""
    op.create_table(
        "seam_baselines",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("measure", words(), nullable=False),
        sa.Column("period", words(), nullable=False),
        sa.Column("value", words(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("actor", words(), nullable=False),
        sa.Column("reason", words(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
    )
    op.create_index("ix_seam_events_kind", "seam_events", ["kind", "form", "at"])
