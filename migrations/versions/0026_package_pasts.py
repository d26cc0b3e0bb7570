"""What a package said before its upgrades, so that people can go back across one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from seamline.store.types import Moment, integers, words

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Add the table of what served before each upgrade."""
    op.create_table(
        "seam_package_pasts",
        sa.Column("package", words(), nullable=False),
        sa.Column("number", integers(), nullable=False),
        *(sa.Column(name, words(), nullable=False) for name in ("version", "own", "served")),
        *(sa.Column(name, Moment(), nullable=False) for name in ("since", "until")),
        sa.Column("actor", words(), nullable=False),
        sa.PrimaryKeyConstraint("package", "number"),
    )
