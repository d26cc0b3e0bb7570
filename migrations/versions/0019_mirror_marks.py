"""Mirrors: a mark of what was read, by which an equal thing is known without looking at it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from seamline.store.types import words

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Add the mark; what was taken over before has none and is looked at once more."""
    op.add_column("seam_mirrored", sa.Column("mark", words(), nullable=False, server_default=""))
