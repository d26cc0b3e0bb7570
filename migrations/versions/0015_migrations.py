"""Migrations: their runs, and what was taken over by which key."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from seamline.store.types import Moment, integers, truths, words

revision = "0015"
down_revision = "0014"

COUNTS = ("total", "position", "taken", "same", "renewed", "bad", "left", "lines", "milliseconds")


def upgrade() -> None:
    """Add both tables."""
    op.create_table(
        "seam_migrations",
        *(_text(name) for name in ("id", "form", "map", "source", "state")),
        sa.Column("dry", truths(), nullable=False),
        _text("cursor"),
        *(_count(name) for name in COUNTS),
        *(_text(name) for name in ("problems", "report", "actor", "holder")),
        _moment("started_at"),
        _moment("updated_at"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_seam_migrations_started", "seam_migrations", ["started_at"])
    op.create_table(
        "seam_taken",
        *(_text(name) for name in ("form", "key", "record", "mark", "run")),
        sa.PrimaryKeyConstraint("form", "key"),
    )


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, words(), nullable=False)


def _moment(name: str) -> sa.Column[Any]:
    return sa.Column(name, Moment(), nullable=False)


def _count(name: str) -> sa.Column[Any]:
    return sa.Column(name, integers(), nullable=False, server_default="0")
