"""Links: secret addresses of single records, for people who have no account."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from seamline.store.types import Moment, words

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the table of links."""
    op.create_table(
        "seam_links",
        sa.Column("id", words(), primary_key=True),
        sa.Column("page", words(), nullable=False),
        sa.Column("form", words(), nullable=False),
        sa.Column("record", words(), nullable=False),
        sa.Column("made_by", words(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("ended_by", words(), nullable=False),
        sa.Column("views", sa.Integer(), nullable=False),
        sa.Column("last_viewed_at", Moment(), nullable=True),
    )
    op.create_index("ix_seam_links_record", "seam_links", ["record", "made_at"])
