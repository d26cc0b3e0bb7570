"""Rules people own: shadows, prompts, locks, local changes, matches; reviews that move on."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from seamline.store.types import Moment, words

revision = "0002"
down_revision = "0001"

STANDING = "ended_at IS NULL"


def upgrade() -> None:
    """Add what switches, locks, edits and correlated rules remember."""
    _reviews()
    _shadows()
    _prompts()
    _locks()
    _changes()
    _matches()


def _text(name: str, **more: Any) -> sa.Column[Any]:
    return sa.Column(name, words(), nullable=False, **more)


def _count(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=False, server_default="0")


def _moment(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, Moment(), nullable=nullable)


def _reviews() -> None:
    for column in (
        _text("assignee", server_default=""),
        _text("question", server_default=""),
        _count("level"),
        _moment("escalated_at", nullable=True),
    ):
        op.add_column("seam_reviews", column)


def _shadows() -> None:
    op.create_table(
        "seam_shadows",
        _text("key"),
        _moment("since"),
        _moment("until"),
        _text("actor"),
        _text("reason"),
        sa.PrimaryKeyConstraint("key"),
    )


def _prompts() -> None:
    op.create_table(
        "seam_prompts",
        _text("day"),
        _text("actor"),
        _text("key"),
        _count("shown"),
        _count("dismissed"),
        _count("heeded"),
        sa.PrimaryKeyConstraint("day", "actor", "key"),
    )
    op.create_index("ix_seam_prompts_key", "seam_prompts", ["key", "day"])


def _locks() -> None:
    op.create_table(
        "seam_locks",
        _text("id"),
        _text("form"),
        _text("record"),
        _text("act"),
        _text("rule"),
        _text("reason"),
        _text("actor"),
        _moment("since"),
        _moment("ended_at", nullable=True),
        _text("ended_by"),
        _text("end_reason"),
        sa.PrimaryKeyConstraint("id"),
    )
    _standing("ix_seam_locks_standing", "seam_locks", ["record", "act"])
    op.create_index("ix_seam_locks_record", "seam_locks", ["record", "since"])


def _changes() -> None:
    op.create_table(
        "seam_changes",
        _text("id"),
        _text("package"),
        _text("path"),
        sa.Column("number", sa.Integer(), nullable=False),
        _text("text"),
        _text("package_version"),
        _moment("at"),
        _text("actor"),
        _text("reason"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ux_seam_changes_path", "seam_changes", ["package", "path", "number"], unique=True
    )


def _matches() -> None:
    op.create_table(
        "seam_matches",
        _text("key"),
        _text("rule"),
        _text("facts"),
        _moment("since"),
        _moment("ended_at", nullable=True),
        sa.PrimaryKeyConstraint("key"),
    )
    _standing("ix_seam_matches_standing", "seam_matches", ["rule"])


def _standing(name: str, table: str, columns: list[str]) -> None:
    """Index only what has not ended: that is what every write asks for."""
    op.create_index(
        name,
        table,
        columns,
        sqlite_where=sa.text(STANDING),
        postgresql_where=sa.text(STANDING),
    )
