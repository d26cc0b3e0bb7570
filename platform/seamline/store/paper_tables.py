"""The tables of papers: what came in, and the forms that were learned from confirmed ones."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Index, Integer, Table

from .platform_tables import PLATFORM
from .types import Moment, words


def _text(name: str, *, primary_key: bool = False) -> Column[Any]:
    return Column(name, words(), nullable=False, primary_key=primary_key)


PAPERS = Table(
    "seam_papers",
    PLATFORM,
    _text("id", primary_key=True),
    _text("form"),
    _text("state"),  # waiting, reading, read, failed, confirmed, discarded
    _text("sha256"),
    _text("name"),
    _text("media_type"),
    Column("size", Integer, nullable=False),
    _text("pages"),  # words with boxes, as JSON; empty until read
    _text("pictures"),  # hashes of the page pictures, as JSON
    _text("problem"),  # why it could not be read, as JSON
    _text("learned"),  # the learned form it was confirmed as one of
    _text("truth"),  # what a person confirmed, as JSON
    _text("record"),
    _text("actor"),
    Column("at", Moment(), nullable=False),
    _text("offered"),  # values as they were shown to be confirmed, and by whom they were, as JSON
    _text("source"),  # the connection it came by, empty where a person brought it
    Index("ix_seam_papers_form", "form", "state", "at"),
    Index("ix_seam_papers_record", "record"),
    Index("ix_seam_papers_sha256", "sha256"),
)

PAPER_FORMS = Table(
    "seam_paper_forms",
    PLATFORM,
    _text("id", primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    _text("form"),
    _text("body"),
    _text("paper"),
    _text("actor"),
    Column("at", Moment(), nullable=False),
    _text("undone_by"),
    Index("ix_seam_paper_forms_form", "form"),
)
