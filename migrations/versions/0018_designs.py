"""Designs: drafts of packages, their texts and edits."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from seamline.store.types import Moment, integers, words

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add the tables of Studio."""
    op.create_table(
        "seam_designs",
        _text("package"),
        _number("revision"),
        _number("position"),
        _text("actor"),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("package"),
    )
    op.create_table(
        "seam_design_texts",
        *(_text(name) for name in ("package", "path", "base", "text")),
        sa.PrimaryKeyConstraint("package", "path"),
    )
    op.create_table(
        "seam_design_edits",
        _text("package"),
        sa.Column("number", integers(), nullable=False, autoincrement=False),
        *(_text(name) for name in ("changes", "zh", "en", "actor")),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("package", "number"),
    )


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, words(), nullable=False)


def _number(name: str) -> sa.Column[Any]:
    return sa.Column(name, integers(), nullable=False)
