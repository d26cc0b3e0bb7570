"""Mirrors: how far each has read, and what it has taken over."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from seamline.store.types import Moment, words

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add the tables of mirrors."""
    op.create_table(
        "seam_mirrors",
        *(_text(name) for name in ("connection", "mirror", "progress")),
        sa.Column("next_at", Moment(), nullable=True),
        sa.Column("read_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("connection", "mirror"),
    )
    op.create_table(
        "seam_mirrored",
        *(_text(name) for name in ("connection", "mirror", "key", "record", "taken")),
        sa.PrimaryKeyConstraint("connection", "mirror", "key"),
    )


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, words(), nullable=False)
