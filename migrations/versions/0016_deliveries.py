"""Deliveries: notices on their way to people by the channels they wish to have them by."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from seamline.store.types import Moment, integers, words

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add the table of deliveries."""
    waiting = sa.text("due_at IS NOT NULL")
    op.create_table(
        "seam_deliveries",
        *(_text(name) for name in ("id", "notice", "person", "channel", "kind", "state", "key")),
        sa.Column("attempts", integers(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("due_at", Moment(), nullable=True),
        sa.Column("sent_at", Moment(), nullable=True),
        _text("reference"),
        _text("why"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_seam_deliveries_due",
        "seam_deliveries",
        ["due_at"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.create_index(
        "ix_seam_deliveries_person", "seam_deliveries", ["person", "channel", "sent_at"]
    )


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, words(), nullable=False)
