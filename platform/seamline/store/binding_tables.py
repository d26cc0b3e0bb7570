"""What is kept of versions that lines were bound to."""

from __future__ import annotations

from sqlalchemy import Column, Table

from .platform_tables import PLATFORM
from .types import Moment, words

# A version as it stood: named by the digest of its body, never changed, kept once.
BOUND = Table(
    "seam_bound",
    PLATFORM,
    Column("digest", words(), primary_key=True),
    Column("form", words(), nullable=False),
    Column("record", words(), nullable=False),
    Column("body", words(), nullable=False),
    Column("at", Moment(), nullable=False),
)
