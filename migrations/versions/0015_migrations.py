"""Migrations: their runs, what was taken over by which key, and write-backs to other systems."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from seamline.store.types import Moment, integers, truths, words

revision = "0015"
down_revision = "0014"

COUNTS = ("total", "position", "taken", "same", "renewed", "bad", "left", "lines", "milliseconds")
WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    """Add the three tables."""
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
    _writebacks()


def _writebacks() -> None:
    op.create_table(
        "seam_writebacks",
        *(_text(name) for name in ("id", "writeback", "form", "record", "code")),
        sa.Column("event", integers(), nullable=False),
        *(_text(name) for name in ("order", "state")),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        _moment("next_at"),
        _moment("asked_at"),
        _moment("done_at", nullable=True),
        *(_text(name) for name in ("reference", "why", "by")),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_seam_writebacks_due", "seam_writebacks", ["next_at"],
        sqlite_where=WAITING, postgresql_where=WAITING,
    )  # fmt: skip
    op.create_index("ix_seam_writebacks_record", "seam_writebacks", ["record"])
    op.create_index("ix_seam_writebacks_state", "seam_writebacks", ["state", "asked_at"])


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, words(), nullable=False)


def _moment(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, Moment(), nullable=nullable)


def _count(name: str) -> sa.Column[Any]:
    return sa.Column(name, integers(), nullable=False, server_default="0")
