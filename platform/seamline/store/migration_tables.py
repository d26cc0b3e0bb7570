"""The tables of migrations: their runs, what was taken over by which key, and write-backs."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Index, Integer, Table, text

from .platform_tables import PLATFORM
from .types import Moment, integers, truths, words


def _text(name: str, **more: Any) -> Column[Any]:
    return Column(name, words(), nullable=False, **more)


def _moment(name: str, nullable: bool = False) -> Column[Any]:
    return Column(name, Moment(), nullable=nullable)


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

WRITEBACKS = Table(
    "seam_writebacks",
    PLATFORM,
    _text("id", primary_key=True),
    _text("writeback"),  # the document
    _text("form"),
    _text("record"),
    _text("code"),
    Column("event", integers(), nullable=False),
    _text("order"),  # what is asked of the other system
    _text("state"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    _moment("next_at"),
    _moment("asked_at"),
    _moment("done_at", nullable=True),
    _text("reference"),
    _text("why"),
    _text("by"),
    Index("ix_seam_writebacks_due", "next_at", sqlite_where=text("state = 'waiting'"),
          postgresql_where=text("state = 'waiting'")),
    Index("ix_seam_writebacks_record", "record"),
    Index("ix_seam_writebacks_state", "state", "asked_at"),
)  # fmt: skip
