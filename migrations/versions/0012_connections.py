"""Connections: settings on the spot, how they fare, secrets, what they remember."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from seamline.store.types import Moment, words

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the tables of connections, of secrets, and of what connections remember."""
    op.create_table(
        "seam_connections",
        *(_text(name) for name in ("id", "position", "settings", "secrets", "network", "hosts")),
        _moment("at"),
        _text("actor"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "seam_connection_states",
        _text("id"),
        _moment("checked_at", nullable=True),
        _text("findings"),
        _moment("read_at", nullable=True),
        _text("read"),
        _moment("failed_at", nullable=True),
        _text("problem"),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "seam_secrets",
        _text("name"),
        _text("sealed"),
        _moment("at"),
        _text("actor"),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "seam_memory",
        *(_text(name) for name in ("connection", "name", "sealed")),
        _moment("expires_at", nullable=True),
        sa.PrimaryKeyConstraint("connection", "name"),
    )
    op.create_index("ix_seam_memory_expires", "seam_memory", ["expires_at"])
    op.create_table(
        "seam_leases",
        _text("name"),
        _text("holder"),
        _moment("until"),
        sa.PrimaryKeyConstraint("name"),
    )


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, words(), nullable=False)


def _moment(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, Moment(), nullable=nullable)
