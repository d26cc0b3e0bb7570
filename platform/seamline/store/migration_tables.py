"""The tables of migrations: their runs, and what was taken over by which key."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Index, Table

from .platform_tables import PLATFORM
from .types import Moment, integers, truths, words


def _text(name: str, **more: Any) -> Column[Any]:
    return Column(name, words(), nullable=False, **more)


def _moment(name: str) -> Column[Any]:
    return Column(name, Moment(), nullable=False)


def _count(name: str) -> Column[Any]:
    return Column(name, integers(), nullable=False, server_default="0")


RUNS = Table(
    "seam_migrations",
    PLATFORM,
    _text("id", primary_key=True),
    _text("form"),
    _text("map"),
    _text("source"),
    _text("state"),
    Column("dry", truths(), nullable=False),
    _text("cursor"),
    *(_count(name) for name in ("total", "position", "taken", "same", "renewed", "bad", "left")),
    _count("lines"),
    _count("milliseconds"),
    _text("problems"),
    _text("report"),
    _text("actor"),
    _text("holder"),
    _moment("started_at"),
    _moment("updated_at"),
    Index("ix_seam_migrations_started", "started_at"),
)

TAKEN = Table(
    "seam_taken",
    PLATFORM,
    _text("form", primary_key=True),
    _text("key", primary_key=True),
    _text("record"),
    _text("mark"),  # a hash of what the source said
    _text("run"),
)
