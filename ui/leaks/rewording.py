"""Another world for one question: the hidden word is another one wherever the workspace keeps it.

What is answered there as it was before does not depend on the word, however it differs from what
is answered for others: a list of what looks alike, for one, differs with every word asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

from seamline.store import Store, Unit


@contextmanager
def reworded(store: Store, old: str, new: str) -> Iterator[None]:
    """Put `new` where `old` stands, in every table of a throw-away workspace, and back."""
    _replace(store, old, new)
    try:
        yield
    finally:
        _replace(store, new, old)


def _replace(store: Store, old: str, new: str) -> None:
    with store.unit() as unit:
        run = unit.connection.exec_driver_sql
        for statement, columns in _statements(store, unit):
            run(statement, (*(old, new) * columns, *(old,) * columns))


# How every text of a workspace is changed, with the number of columns that each statement names.
_known: WeakKeyDictionary[Store, list[tuple[str, int]]] = WeakKeyDictionary()


def _statements(store: Store, unit: Unit) -> list[tuple[str, int]]:
    if store not in _known:
        run = unit.connection.exec_driver_sql
        # What guards the journal guards it against this, too; nobody reads this workspace's again.
        for name in _names(run("SELECT name FROM sqlite_master WHERE type = 'trigger'")):
            run(f'DROP TRIGGER "{name}"')
        tables = _names(run("SELECT name FROM sqlite_master WHERE type = 'table'"))
        _known[store] = [
            (_statement(table, columns), len(columns))
            for table in tables
            if (columns := _texts(run(f'PRAGMA table_info("{table}")')))
        ]
    return _known[store]


def _statement(table: str, columns: Sequence[str]) -> str:
    changed = ", ".join(
        f'"{one}" = CASE typeof("{one}") WHEN \'text\' THEN replace("{one}", ?, ?) ELSE "{one}" END'
        for one in columns
    )
    holds = " OR ".join(f'typeof("{one}") = \'text\' AND instr("{one}", ?)' for one in columns)
    return f'UPDATE "{table}" SET {changed} WHERE {holds}'


def _texts(rows: Any) -> list[str]:
    return [row[1] for row in rows if "INT" not in str(row[2])]


def _names(rows: Any) -> list[str]:
    return [row[0] for row in rows if not row[0].startswith("sqlite_")]
