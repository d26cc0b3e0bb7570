"""What the platform keeps for each person: notices, drafts, what they follow, prefer, sessions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Index, Table, text

from .platform_tables import PLATFORM
from .types import Moment, integers, words


def _text(name: str, **more: Any) -> Column[Any]:
    return Column(name, words(), nullable=False, **more)


def _moment(name: str, nullable: bool = False) -> Column[Any]:
    return Column(name, Moment(), nullable=nullable)


NOTICES = Table(
    "seam_notices",
    PLATFORM,
    _text("id", primary_key=True),
    _text("person"),
    _text("kind"),
    _text("say"),
    _text("form"),
    _text("record"),
    _text("link"),
    Column("event", integers(), nullable=False),
    _text("actor"),
    _moment("at"),
    _moment("read_at", nullable=True),
    Index("ix_seam_notices_person", "person", "id"),
    Index("ix_seam_notices_unread", "person", "id", sqlite_where=text("read_at IS NULL"),
          postgresql_where=text("read_at IS NULL")),
)  # fmt: skip

FOLLOWS = Table(
    "seam_follows",
    PLATFORM,
    _text("record", primary_key=True),
    _text("person", primary_key=True),
    _text("form"),
    _moment("at"),
)

PREFERENCES = Table(
    "seam_preferences",
    PLATFORM,
    _text("person", primary_key=True),
    _text("name", primary_key=True),
    _text("value"),
)

# Where people are reached and known outside: by connection, or `phone`.
ADDRESSES = Table(
    "seam_addresses",
    PLATFORM,
    _text("channel", primary_key=True),
    _text("address", primary_key=True),
    _text("person"),
    _moment("at"),
    _text("actor"),
    Index("ix_seam_addresses_person", "person", "channel", unique=True),
)

# Notices on their way out; rows of one `key` go out as one message.
DELIVERIES = Table(
    "seam_deliveries",
    PLATFORM,
    _text("id", primary_key=True),
    _text("notice"),
    _text("person"),
    _text("channel"),
    _text("kind"),
    _text("state"),
    _text("key"),
    Column("attempts", integers(), nullable=False),
    _moment("at"),
    _moment("due_at", nullable=True),
    _moment("sent_at", nullable=True),
    _text("reference"),
    _text("why"),
    Index("ix_seam_deliveries_due", "due_at", sqlite_where=text("due_at IS NOT NULL"),
          postgresql_where=text("due_at IS NOT NULL")),
    Index("ix_seam_deliveries_person", "person", "channel", "sent_at"),
)  # fmt: skip

SESSIONS = Table(
    "seam_sessions",
    PLATFORM,
    _text("id", primary_key=True),  # a digest of what the cookie holds
    _text("person"),
    _text("seen"),
    _text("reported"),
    _moment("opened_at"),
    _moment("used_at"),
    Index("ix_seam_sessions_person", "person", "used_at"),
)

DRAFTS = Table(
    "seam_drafts",
    PLATFORM,
    _text("id", primary_key=True),
    _text("person"),
    _text("form"),
    _text("step"),
    _text("record"),  # empty where it is to become a new one
    Column("version", integers(), nullable=False),  # of that record, as the person saw it
    _text("key"),  # the one-time key of the form
    _text("words"),
    _text("shape"),
    Column("saved", integers(), nullable=False),  # how often; a device knows the one it saw
    _moment("opened_at"),
    _moment("at"),
    _moment("expires_at"),
    Index("ix_seam_drafts_person", "person", "form", "step", "record"),
    Index("ix_seam_drafts_expires", "expires_at"),
)
