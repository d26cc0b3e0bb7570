"""Timers: what is to be told when its moment comes; one stands under a key, and can be moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from . import plain
from .finding import hold
from .platform_tables import TIMERS

READING = "connection.read"  # of timers that hold where a reading of another system goes on
OVERDUE = "review.overdue"  # of the clocks of reviews


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

    def get(self, key: str, *, lock: bool = False) -> Timer | None:
        """Return the timer under a key; with `lock` others wait to set it."""
        wanted = select(TIMERS).where(TIMERS.c.key == key)
        if lock:
            hold(self._connection, "timer", key)
        row = self._connection.execute(wanted).one_or_none()
        return None if row is None else Timer(row.key, row.at, row.topic, plain.load(row.body))

    def due(self, now: datetime, limit: int = 100) -> tuple[Timer, ...]:
        """Return the timers whose moment has come, the earliest first; others leave them alone.

        Those that are looked at elsewhere (`READING`) are none of them.
        """
        wanted = select(TIMERS).where(TIMERS.c.at <= now, TIMERS.c.topic != READING)
        wanted = (
            wanted.order_by(TIMERS.c.at, TIMERS.c.key)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return tuple(
            Timer(row.key, row.at, row.topic, plain.load(row.body))
            for row in self._connection.execute(wanted)
        )

    def next(self) -> datetime | None:
        """Return when the next timer is due."""
        found: datetime | None = self._connection.execute(
            select(TIMERS.c.at).where(TIMERS.c.topic != READING).order_by(TIMERS.c.at).limit(1)
        ).scalar_one_or_none()
        return found
