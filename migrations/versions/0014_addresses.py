"""Addresses: where people are reached and known outside the product."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from seamline.store.types import Moment, words

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the table of addresses."""
    op.create_table(
        "seam_addresses",
        *(_text(name) for name in ("channel", "address", "person")),
        sa.Column("at", Moment(), nullable=False),
        _text("actor"),
        sa.PrimaryKeyConstraint("channel", "address"),
    )
    op.create_index(
        "ix_seam_addresses_person", "seam_addresses", ["person", "channel"], unique=True
    )


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, words(), nullable=False)
