"""A nonce and a digest for each entry of the journal, so that a part of it can be proven."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from seamline.store.types import words

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add both, empty for what was told before: those entries are sealed as they were."""
    for name in ("nonce", "digest"):
        op.add_column("seam_events", sa.Column(name, words(), nullable=False, server_default=""))
