"""Many rows by one statement: it is compiled once, and its values go straight to the driver."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Delete, Dialect, Insert, Update

_KEPT = 200  # sets of columns of one statement


class Bulk:
    """One statement for rows that all name the same values; kept where it is used again.

    What a row leaves out is not written. A row is a mapping, as for any other statement.
    """

    def __init__(self, statement: Insert | Update | Delete) -> None:
        self._statement = statement
        self._ready: dict[tuple[str, tuple[str, ...]], _Ready] = {}

    def run(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> int:
        """Write the rows and return how many the database has touched."""
        names = tuple(rows[0])
        key = connection.dialect.name, names
        ready = self._ready.get(key)
        if ready is None:
            if len(self._ready) >= _KEPT:
                self._ready.clear()
            ready = self._ready[key] = _Ready(self._statement, names, connection.dialect)
        return connection.exec_driver_sql(ready.text, ready.values(rows)).rowcount


class _Ready:
    """A statement as one database takes it, and what turns its values into those of the driver."""

    def __init__(
        self, statement: Insert | Update | Delete, names: Sequence[str], dialect: Dialect
    ) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=[*names])
        self.text = str(compiled)
        self._named = not compiled.positional
        self._order = [*(names if self._named else compiled.positiontup or ())]
        self._pick = itemgetter(*self._order)
        self._turns: list[tuple[int, Callable[[Any], Any]]] = []
        for place, name in enumerate(self._order):
            turn = compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect)
            if turn is not None:
                self._turns.append((place, turn))

    def values(self, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
        """Return what the driver is given."""
        found: list[Any] = []
        for row in rows:
            values = [*self._pick(row)]
            for place, turn in self._turns:
                values[place] = turn(values[place])
            found.append(dict(zip(self._order, values, strict=True)) if self._named else (*values,))
        return found
