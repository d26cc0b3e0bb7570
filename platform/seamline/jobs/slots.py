"""Slots: which worker is which, so that nobody does another's work while that one lives."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from uuid import uuid4

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from .engine import Engine
from .run import Run

# The first key of the advisory locks that hold slots; the second is the slot's number.
FAMILY = 5_318_008
MOST = 256
LOST_AFTER = 4.0  # seconds that a part was given to us and is not at work: it begins at once
_TAKE = "SELECT pg_try_advisory_lock(%(family)s, %(number)s)"
_GIVE = "SELECT pg_advisory_unlock(%(family)s, %(number)s)"


class SlotLost(Exception):
    """The database let our slot go, and another worker has it: our work is theirs by now."""


class Slots:
    """The slots of the workers of one database; a slot is free the moment its process ends.

    The name of a worker is that of its slot and of its own: what bears another is of one that
    has ended. A SQLite workspace has one worker, which the lock on its files makes sure of.
    """

    def __init__(self, engine: Engine, given_up: Callable[[Run], None] = lambda _run: None) -> None:
        self._engine = engine
        self._given_up = given_up  # hears of runs that are left to a person
        self._shared = engine.place.dialect.name == "postgresql"
        self._connection: Connection | None = None
        self._number = 0
        self.name = ""
        self._idle: dict[str, float] = {}

    @contextmanager
    def taken(self) -> Iterator[str]:
        """Hold the first free slot until the block ends, and give our name in it."""
        if self._shared:
            self._connection = self._connected()
            self._number = next(n for n in range(MOST) if _try(self._connection, n))
        self.name = f"slot-{self._number}:{uuid4().hex[:8]}"
        try:
            yield self.name
        finally:
            self._give_back()

    def rescue(self, at_work: Collection[str]) -> int:
        """Let the living go on with what the dead had under way; return how many parts.

        So are parts that the database says we have, and that for a while were not among those
        `at_work` here: it went away while it gave them to us. Raises SlotLost where it ended our
        connection and another worker took the slot.
        """
        self._hold()
        found = self._engine.of_executors()
        lost = self._lost(found.pop(self.name, ()), at_work)
        rescued = self._engine.rescue(lost, self._given_up) if lost else 0
        return rescued + sum(self._rescued(name, parts) for name, parts in found.items())

    def _lost(self, ours: Collection[str], at_work: Collection[str]) -> list[str]:
        now = time.monotonic()
        idle = [part for part in ours if part not in at_work]
        self._idle = {part: self._idle.get(part, now) for part in idle}
        lost = [part for part, since in self._idle.items() if now - since >= LOST_AFTER]
        for part in lost:  # each time anew: it may be given to us again, and about to begin
            del self._idle[part]
        return lost

    def _rescued(self, name: str, parts: list[str]) -> int:
        word = name.partition(":")[0].removeprefix("slot-")
        if not word.isdigit():
            return 0
        number, connection = int(word), self._connection
        if number == self._number or connection is None:
            return self._engine.rescue(parts, self._given_up)
        if not _try(connection, number):
            return 0  # another works under it, and sees to its predecessors' itself
        try:
            return self._engine.rescue(parts, self._given_up)
        finally:
            _give(connection, number)

    def _hold(self) -> None:
        """Take our slot again where the connection that held it is gone."""
        connection = self._connection
        if connection is None:
            return
        if not connection.closed:  # as it is where the database stayed away
            try:
                connection.exec_driver_sql("SELECT 1")
                return
            except DBAPIError:
                connection.invalidate()
                connection.close()
        self._connection = self._connected()
        if not _try(self._connection, self._number):
            raise SlotLost

    def _connected(self) -> Connection:
        return self._engine.place.connect().execution_options(isolation_level="AUTOCOMMIT")

    def _give_back(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None and not connection.closed:
            try:
                _give(connection, self._number)
            except DBAPIError:
                connection.invalidate()  # its locks went with it
            finally:
                connection.close()


def _try(connection: Connection, number: int) -> bool:
    asked = {"family": FAMILY, "number": number}
    return bool(connection.exec_driver_sql(_TAKE, asked).scalar())


def _give(connection: Connection, number: int) -> None:
    connection.exec_driver_sql(_GIVE, {"family": FAMILY, "number": number})
