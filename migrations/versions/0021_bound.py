"""Versions as they stood when lines were bound to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from seamline.store.types import Moment, words

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Add the table of bound versions."""
    op.create_table(
        "seam_bound",
        sa.Column("digest", words(), primary_key=True),
        sa.Column("form", words(), nullable=False),
        sa.Column("record", words(), nullable=False),
        sa.Column("body", words(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
    )
