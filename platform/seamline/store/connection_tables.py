"""What is kept of connections: settings on the spot, how they fare, secrets, what they remember."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Index, Integer, Table

from .platform_tables import PLATFORM
from .types import Moment, words


def _text(name: str, **more: Any) -> Column[Any]:
    return Column(name, words(), nullable=False, **more)


def _moment(name: str, nullable: bool = False) -> Column[Any]:
    return Column(name, Moment(), nullable=nullable)


# What was set here over what the package says; no secret is ever among it.
CONNECTIONS = Table(
    "seam_connections",
    PLATFORM,
    _text("id", primary_key=True),
    _text("position"),  # on, off, or empty: as the package says
    _text("settings"),
    _text("secrets"),  # references by name
    _text("network"),
    _text("hosts"),
    _moment("at"),
    _text("actor"),
)

CONNECTION_STATES = Table(
    "seam_connection_states",
    PLATFORM,
    _text("id", primary_key=True),
    _moment("checked_at", nullable=True),
    _text("findings"),
    _moment("read_at", nullable=True),
    _text("read"),  # what was read last, in plain data
    _moment("failed_at", nullable=True),
    _text("problem"),
    Column("failures", Integer, nullable=False),  # in a row
)

SECRETS = Table(
    "seam_secrets",
    PLATFORM,
    _text("name", primary_key=True),
    _text("sealed"),
    _moment("at"),
    _text("actor"),
)

MEMORY = Table(
    "seam_memory",
    PLATFORM,
    _text("connection", primary_key=True),
    _text("name", primary_key=True),
    _text("sealed"),
    _moment("expires_at", nullable=True),
    Index("ix_seam_memory_expires", "expires_at"),
)

LEASES = Table(
    "seam_leases",
    PLATFORM,
    _text("name", primary_key=True),
    _text("holder"),
    _moment("until"),
)

# How far each mirror has read, how it fares, and what it could not take over.
MIRRORS = Table(
    "seam_mirrors",
    PLATFORM,
    _text("connection", primary_key=True),
    _text("mirror", primary_key=True),
    _text("progress"),  # plain data; `usecases/mirroring` knows it
    _moment("next_at", nullable=True),
    _moment("read_at", nullable=True),
)

# What a mirror has taken over: the values as they were read, and the record they went into.
MIRRORED = Table(
    "seam_mirrored",
    PLATFORM,
    _text("connection", primary_key=True),
    _text("mirror", primary_key=True),
    _text("key", primary_key=True),
    _text("record"),
    _text("taken"),
    _text("mark", server_default=""),  # equal marks are equal things
)
