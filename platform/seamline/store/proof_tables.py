"""What is kept of photos that are proof: facts, what they look like, words for live ones."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Index, Integer, Table

from .platform_tables import PLATFORM
from .types import Moment, words


def _text(name: str, **more: Any) -> Column[Any]:
    return Column(name, words(), nullable=False, **more)


def _near(place: int) -> Column[Any]:
    return Column(f"near{place}", Integer, nullable=False)


PROOFS = Table(
    "seam_proofs",
    PLATFORM,
    _text("id", primary_key=True),
    _text("form"),
    _text("record"),
    _text("field"),
    _text("step"),
    Column("at", Moment(), nullable=False),  # the server's time
    _text("actor"),
    _text("device"),
    _text("seen"),
    _text("reported"),
    _text("sha256"),  # of the marked picture, which the record holds
    _text("original"),  # of the bytes that were sent
    _text("facts"),
    Index("ix_seam_proofs_record", "record", "at"),
    Index("ix_seam_proofs_sha256", "sha256"),
    Index("ix_seam_proofs_original", "original"),
)

# A hash is found by its four bands of 16 bits; the bits themselves are compared afterwards.
PROOF_HASHES = Table(
    "seam_proof_hashes",
    PLATFORM,
    _text("proof", primary_key=True),
    Column("cut", Integer, primary_key=True, autoincrement=False),  # 0: the whole picture
    _text("hash"),
    *(_near(place) for place in range(4)),
    *(Index(f"ix_seam_proof_hashes_near{place}", f"near{place}") for place in range(4)),
)

PROOF_TOKENS = Table(
    "seam_proof_tokens",
    PLATFORM,
    _text("token", primary_key=True),  # a digest of the word
    _text("actor"),
    _text("form"),
    _text("record"),
    Column("at", Moment(), nullable=False),
    Index("ix_seam_proof_tokens_at", "at"),
)
