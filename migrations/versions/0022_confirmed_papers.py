"""Papers: what was offered of them and who confirmed it, and by which connection they came."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from seamline.store.types import words

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Add both; papers of before were brought by a person and confirmed on their page."""
    for name in ("offered", "source"):
        op.add_column("seam_papers", sa.Column(name, words(), nullable=False, server_default=""))
    op.create_index("ix_seam_papers_record", "seam_papers", ["record"])
    op.create_index("ix_seam_papers_sha256", "seam_papers", ["sha256"])
