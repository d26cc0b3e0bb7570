"""What Studio keeps: drafts of packages with every edit, publications under way, sample records."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Index, Table

from .platform_tables import PLATFORM
from .types import Moment, integers, words


def _text(name: str, **more: Any) -> Column[Any]:
    return Column(name, words(), nullable=False, **more)


def _number(name: str, **more: Any) -> Column[Any]:
    return Column(name, integers(), nullable=False, **more)


DESIGNS = Table(
    "seam_designs",
    PLATFORM,
    _text("package", primary_key=True),
    _number("revision"),  # grows with everything that happens to the draft
    _number("position"),  # the number of the newest edit that stands
    _text("actor"),
    Column("at", Moment(), nullable=False),
)

# `base` is the text that served when the draft first touched the document.
DESIGN_TEXTS = Table(
    "seam_design_texts",
    PLATFORM,
    _text("package", primary_key=True),
    _text("path", primary_key=True),
    _text("base"),
    _text("text"),
)

DESIGN_EDITS = Table(
    "seam_design_edits",
    PLATFORM,
    _text("package", primary_key=True),
    _number("number", primary_key=True, autoincrement=False),
    _text("changes"),
    _text("zh"),
    _text("en"),
    _text("actor"),
    Column("at", Moment(), nullable=False),
)

# A publication: what was asked for and how far it is; `beat` is when its process was last alive.
ROLLOUTS = Table(
    "seam_rollouts",
    PLATFORM,
    _text("id", primary_key=True),
    _text("package"),
    _text("kind"),  # of a draft, or of a file that was sent
    _text("actor"),
    Column("at", Moment(), nullable=False),
    Column("beat", Moment(), nullable=False),
    _text("state"),
    _text("body"),
    Index("ix_seam_rollouts_package", "package", "at"),
)

# What a package said before an upgrade: `own` as it came, `served` with what was edited here.
PACKAGE_PASTS = Table(
    "seam_package_pasts",
    PLATFORM,
    _text("package", primary_key=True),
    _number("number", primary_key=True, autoincrement=False),
    _text("version"),
    _text("own"),
    _text("served"),
    Column("since", Moment(), nullable=False),
    Column("until", Moment(), nullable=False),
    _text("actor"),
)

# Sample records, by the batch they were made in, in the order of their making.
SAMPLES = Table(
    "seam_samples",
    PLATFORM,
    _text("form", primary_key=True),
    _text("record", primary_key=True),
    _text("batch"),
    _number("position"),
    _number("seed"),
    _text("actor"),
    Column("at", Moment(), nullable=False),
    Index("ix_seam_samples_batch", "batch", "position"),
)
