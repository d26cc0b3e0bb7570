"""Frozen baselines: what a measure was in a period, kept with who froze it and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, insert, select

from .platform_tables import BASELINES


@dataclass(frozen=True, slots=True)
class Frozen:
    """One frozen baseline; `count` is from how many cases it was reckoned."""

    measure: str
    period: str
    value: Decimal
    count: int
    actor: str
    reason: str
    at: datetime


class Baselines:
    """The frozen baselines, inside one transaction; a later one of a measure takes its place."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, frozen: Frozen) -> None:
        """Keep a baseline; earlier ones stay where they are."""
        row = {name: getattr(frozen, name) for name in Frozen.__slots__}
        row["value"] = format(frozen.value, "f")
        self._connection.execute(insert(BASELINES), row)

    def all(self) -> dict[str, Frozen]:
        """Return the baseline in force of every measure that has one."""
        columns = [BASELINES.c[name] for name in Frozen.__slots__]
        rows = self._connection.execute(select(*columns).order_by(BASELINES.c.number))
        return {row[0]: Frozen(row[0], row[1], Decimal(row[2]), *row[3:]) for row in rows}
