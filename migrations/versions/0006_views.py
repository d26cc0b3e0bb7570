"""Views of lists that people save for themselves or share with a role."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from seamline.store.types import Moment, words

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the saved views."""
    op.create_table(
        "seam_views",
        _text("id"),
        _text("form"),
        _text("title"),
        _text("query"),
        _text("owner"),
        _text("role"),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_seam_views_form", "seam_views", ["form", "owner"])


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, words(), nullable=False)
