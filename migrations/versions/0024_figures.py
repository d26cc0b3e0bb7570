"""Figures: what measures came to in periods that are over, so that a page need not reckon them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from seamline.store.types import integers, words

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Add the table of figures."""
    op.create_table(
        "seam_figures",
        *(sa.Column(name, words(), nullable=False) for name in ("measure", "definition", "period")),
        sa.Column("seq", integers(), nullable=False),
        sa.Column("sample", words(), nullable=False),
        sa.PrimaryKeyConstraint("measure", "definition", "period"),
    )
