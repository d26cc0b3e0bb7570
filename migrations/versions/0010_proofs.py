"""Photos that are proof: their facts, what they look like, words for live ones."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from seamline.store.types import Moment, words

revision = "0010"
down_revision = "0009"

BANDS = ("near0", "near1", "near2", "near3")


def upgrade() -> None:
    """Add the tables of proofs, of their hashes and of the words for live pictures."""
    names = ("id", "form", "record", "field", "step", "actor", "device", "seen", "reported")
    op.create_table(
        "seam_proofs",
        *(_text(name) for name in names),
        sa.Column("at", Moment(), nullable=False),
        _text("sha256"),
        _text("original"),
        _text("facts"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_seam_proofs_record", "seam_proofs", ["record", "at"])
    for name in ("sha256", "original"):
        op.create_index(f"ix_seam_proofs_{name}", "seam_proofs", [name])
    op.create_table(
        "seam_proof_hashes",
        _text("proof"),
        sa.Column("cut", sa.Integer(), nullable=False),
        _text("hash"),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in BANDS),
        sa.PrimaryKeyConstraint("proof", "cut"),
    )
    for name in BANDS:
        op.create_index(f"ix_seam_proof_hashes_{name}", "seam_proof_hashes", [name])
    op.create_table(
        "seam_proof_tokens",
        _text("token"),
        _text("actor"),
        _text("form"),
        _text("record"),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("token"),
    )
    op.create_index("ix_seam_proof_tokens_at", "seam_proof_tokens", ["at"])


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, words(), nullable=False)
