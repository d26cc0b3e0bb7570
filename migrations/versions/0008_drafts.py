"""Drafts: what people have typed into forms and not submitted yet."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from seamline.store.types import Moment, integers, words

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the table of drafts."""
    op.create_table(
        "seam_drafts",
        _text("id"),
        _text("person"),
        _text("form"),
        _text("step"),
        _text("record"),
        _count("version"),
        _text("key"),
        _text("words"),
        _text("shape"),
        _count("saved"),
        _moment("opened_at"),
        _moment("at"),
        _moment("expires_at"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_seam_drafts_person", "seam_drafts", ["person", "form", "step", "record"])
    op.create_index("ix_seam_drafts_expires", "seam_drafts", ["expires_at"])


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, words(), nullable=False)


def _count(name: str) -> sa.Column[Any]:
    return sa.Column(name, integers(), nullable=False)


def _moment(name: str) -> sa.Column[Any]:
    return sa.Column(name, Moment(), nullable=False)
