"""Accounts that stand for a record: a supplier's account for the supplier."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from seamline.store.types import words

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add which record an account stands for; nobody stands for one yet."""
    for name in ("party_form", "party_record"):
        op.add_column("seam_users", sa.Column(name, words(), nullable=False, server_default=""))
