"""What Studio keeps: the draft of each package, its texts, and every edit that led to them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Table

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
