"""What is kept for each person: notices, what they follow and prefer, their sessions."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from seamline.store.types import Moment, integers, words

revision = "0003"
down_revision = "0002"

UNREAD = "read_at IS NULL"


def upgrade() -> None:
    """Add the tables of notices, follows, preferences and sessions."""
    _notices()
    op.create_table(
        "seam_follows",
        _text("record"),
        _text("person"),
        _text("form"),
        _moment("at"),
        sa.PrimaryKeyConstraint("record", "person"),
    )
    op.create_table(
        "seam_preferences",
        _text("person"),
        _text("name"),
        _text("value"),
        sa.PrimaryKeyConstraint("person", "name"),
    )
    op.create_table(
        "seam_sessions",
        _text("id"),
        _text("person"),
        _text("seen"),
        _text("reported"),
        _moment("opened_at"),
        _moment("used_at"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_seam_sessions_person", "seam_sessions", ["person", "used_at"])


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, words(), nullable=False)


def _moment(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, Moment(), nullable=nullable)


def _notices() -> None:
    op.create_table(
        "seam_notices",
        _text("id"),
        _text("person"),
        _text("kind"),
        _text("say"),
        _text("form"),
        _text("record"),
        _text("link"),
        sa.Column("event", integers(), nullable=False),
        _text("actor"),
        _moment("at"),
        _moment("read_at", nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_seam_notices_person", "seam_notices", ["person", "id"])
    op.create_index(
        "ix_seam_notices_unread",
        "seam_notices",
        ["person", "id"],
        sqlite_where=sa.text(UNREAD),
        postgresql_where=sa.text(UNREAD),
    )
