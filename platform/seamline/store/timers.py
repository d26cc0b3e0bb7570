"""Timers: what is to be told when its moment comes; one stands under a key, and can be moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from . import plain
from .platform_tables import TIMERS


@dataclass(frozen=True, slots=True)
class Timer:
    """A message to leave in the outbox at a moment."""

    key: str
    at: datetime
    topic: str
    body: Mapping[str, object]


class Timers:
    """The timers, inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def set(self, timer: Timer) -> None:
        """Set a timer, or move the one that stands under its key."""
        row = {"at": timer.at, "topic": timer.topic, "body": plain.dump(timer.body)}
        moved = update(TIMERS).where(TIMERS.c.key == timer.key).values(row)
        if not self._connection.execute(moved).rowcount:
            self._connection.execute(insert(TIMERS), {"key": timer.key, **row})

    def cancel(self, keys: Sequence[str]) -> None:
        """Take timers away, where they stand."""
        self._connection.execute(delete(TIMERS).where(TIMERS.c.key.in_(keys)))

    def standing(self, keys: Sequence[str]) -> dict[str, datetime]:
        """Return when the timers under some keys are due."""
        wanted = select(TIMERS.c.key, TIMERS.c.at).where(TIMERS.c.key.in_(keys))
        return {row.key: row.at for row in self._connection.execute(wanted)}

    def due(self, now: datetime, limit: int = 100) -> tuple[Timer, ...]:
        """Return the timers whose moment has come, the earliest first; others leave them alone."""
        wanted = select(TIMERS).where(TIMERS.c.at <= now).order_by(TIMERS.c.at, TIMERS.c.key)
        wanted = wanted.limit(limit).with_for_update(skip_locked=True)
        return tuple(
            Timer(row.key, row.at, row.topic, plain.load(row.body))
            for row in self._connection.execute(wanted)
        )

    def next(self) -> datetime | None:
        """Return when the next timer is due."""
        found: datetime | None = self._connection.execute(
            select(TIMERS.c.at).order_by(TIMERS.c.at).limit(1)
        ).scalar_one_or_none()
        return found

    def count(self) -> int:
        """Return how many timers stand."""
        counted = select(func.count()).select_from(TIMERS)
        return int(self._connection.execute(counted).scalar_one())
