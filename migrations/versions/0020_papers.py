"""Papers: what came in to be read, and the forms learned from those that were confirmed."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from seamline.store.types import Moment, words

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Add the tables of papers."""
    op.create_table(
        "seam_papers",
        *(_text(name) for name in ("id", "form", "state", "sha256", "name", "media_type")),
        sa.Column("size", sa.Integer, nullable=False),
        *(_text(name) for name in ("pages", "pictures", "problem", "learned", "truth", "record")),
        _text("actor"),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_seam_papers_form", "seam_papers", ["form", "state", "at"])
    op.create_table(
        "seam_paper_forms",
        _text("id"),
        sa.Column("version", sa.Integer, nullable=False, autoincrement=False),
        *(_text(name) for name in ("form", "body", "paper", "actor")),
        sa.Column("at", Moment(), nullable=False),
        _text("undone_by"),
        sa.PrimaryKeyConstraint("id", "version"),
    )
    op.create_index("ix_seam_paper_forms_form", "seam_paper_forms", ["form"])


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, words(), nullable=False)
