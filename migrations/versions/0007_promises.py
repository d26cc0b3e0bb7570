"""What was promised: which line takes how much of an item, from which day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from seamline.store.types import Day, Exact, Moment, words

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the table of promises."""
    texts = ("pool", "form", "record", "item")
    sources = ("source", "source_form", "source_record", "source_code")
    op.create_table(
        "seam_promises",
        sa.Column("line", words(), nullable=False),
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        *(sa.Column(name, words(), nullable=False) for name in texts),
        sa.Column("qty", Exact(6), nullable=False),
        sa.Column("day", Day(), nullable=False),
        *(sa.Column(name, words(), nullable=False) for name in sources),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("line", "part"),
    )
    op.create_index("ix_seam_promises_item", "seam_promises", ["item", "pool", "day"])
    op.create_index("ix_seam_promises_record", "seam_promises", ["record"])
