"""Slots: which worker is which, so that nobody does another's work while that one lives."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from .engine import Engine

# The first key of the advisory locks that hold slots; the second is the slot's number.
FAMILY = 5_318_008
MOST = 256
_TAKE = "SELECT pg_try_advisory_lock(%(family)s, %(number)s)"
_GIVE = "SELECT pg_advisory_unlock(%(family)s, %(number)s)"


class Slots:
    """The slots of the workers of one database; a slot is free the moment its process ends.

    A SQLite workspace has one worker, which the lock on its files makes sure of: one slot.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._shared = engine.place.dialect.name == "postgresql"
        self._connection: Connection | None = None
        self.name = ""

    @contextmanager
    def taken(self) -> Iterator[str]:
        """Hold the first free slot until the block ends, and give its name."""
        if not self._shared:
            self.name = "slot-0"
            yield self.name
            return
        with self._engine.place.connect().execution_options(
            isolation_level="AUTOCOMMIT"
        ) as connection:
            number = next(n for n in range(MOST) if _try(connection, n))
            self._connection = connection
            self.name = f"slot-{number}"
            try:
                yield self.name
            finally:
                self._connection = None
                _give(connection, number)

    def rescue(self) -> int:
        """Let the living go on with what the dead had under way; return how many parts."""
        connection = self._connection
        if connection is None:
            return 0  # the only worker there is goes on with its own when it starts
        rescued = 0
        for name, parts in self._engine.of_executors().items():
            word = name.removeprefix("slot-")
            if name == self.name or not word.isdigit() or not _try(connection, int(word)):
                continue
            try:
                self._engine.rescue(parts)
                rescued += len(parts)
            finally:
                _give(connection, int(word))
        return rescued


def _try(connection: Connection, number: int) -> bool:
    asked = {"family": FAMILY, "number": number}
    return bool(connection.exec_driver_sql(_TAKE, asked).scalar())


def _give(connection: Connection, number: int) -> None:
    connection.exec_driver_sql(_GIVE, {"family": FAMILY, "number": number})
