"""Pipelines: when something is due, and the versions of what runs have begun with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from seamline.store.types import Moment, words

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the tables of timers and of pinned versions."""
    op.create_table(
        "seam_timers",
        sa.Column("key", words(), primary_key=True),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("topic", words(), nullable=False),
        sa.Column("body", words(), nullable=False),
    )
    op.create_index("ix_seam_timers_at", "seam_timers", ["at"])
    op.create_table(
        "seam_pinned",
        sa.Column("version", words(), primary_key=True),
        sa.Column("pipeline", words(), nullable=False),
        sa.Column("document", words(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
    )
